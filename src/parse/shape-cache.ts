/**
 * Answers by shape: message hash to the slot of its cluster, valid as long as the leaf
 * it was found in has the same version. Bounded: a set of four entries per group of
 * hashes, a full set gives one up. Forgetting costs time, never the right answer.
 */
export interface ShapeCache {
  /** Position of a shape's entry, -1 where there is none. */
  find(a: number, b: number): number;
  leaf(entry: number): number;
  version(entry: number): number;
  slot(entry: number): number;
  put(a: number, b: number, leaf: number, version: number, slot: number): void;
}

/** An empty cache for `4 * sets` shapes; `sets` is a power of two. */
export function createShapeCache(sets = 16_384): ShapeCache {
  const table = new Int32Array(sets * WAYS * STRIDE);
  const mask = sets - 1;
  let victim = 0;
  const find = (a: number, b: number): number => {
    const first = (b & mask) * (WAYS * STRIDE);
    for (let at = first; at < first + WAYS * STRIDE; at += STRIDE) {
      if (table[at] === a && table[at + 1] === b && table[at + 3] !== 0) return at;
    }
    return -1;
  };
  return {
    find,
    leaf: (entry) => table[entry + 2]!,
    version: (entry) => table[entry + 3]!,
    slot: (entry) => table[entry + 4]!,
    put: (a, b, leaf, version, slot) => {
      let at = find(a, b);
      if (at < 0) {
        victim = (victim + 1) & (WAYS - 1);
        at = (b & mask) * (WAYS * STRIDE) + victim * STRIDE;
      }
      table[at] = a;
      table[at + 1] = b;
      table[at + 2] = leaf;
      table[at + 3] = version;
      table[at + 4] = slot;
    },
  };
}

// --- internal ---

const WAYS = 4;
const STRIDE = 8;
