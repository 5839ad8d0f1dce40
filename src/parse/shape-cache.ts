/**
 * Answers by shape: message hash to the slot of its cluster, valid as long as the version of
 * that slot is the same. Bounded: a set of four entries per group of hashes, a full set gives
 * one up. Forgetting costs time, never the right answer.
 */
export interface ShapeCache {
  /** Position of a shape's entry, -1 where there is none. */
  find(a: number, b: number): number;
  /**
   * Looks at the places of `count` shapes (two halves each), which makes finding them faster: a
   * processor fetches them from memory side by side, where finding one after the other would wait
   * for each.
   */
  fetch(shapes: Int32Array, from: number, count: number): void;
  version(entry: number): number;
  slot(entry: number): number;
  put(a: number, b: number, version: number, slot: number): void;
}

/** An empty cache for `4 * sets` shapes; `sets` is a power of two. */
export function createShapeCache(sets = 8192): ShapeCache {
  const table = new Int32Array(sets * SET);
  const mask = sets - 1;
  let victim = 0;
  const find = (a: number, b: number): number => {
    const first = (b & mask) * SET;
    for (let at = first; at < first + SET; at += ENTRY) {
      if (table[at] === a && table[at + 1] === b && table[at + 2] !== 0) return at;
    }
    return -1;
  };
  let looked = 0;
  return {
    find,
    fetch: (shapes, from, count) => {
      let sum = looked;
      for (let i = from; i < from + count; i++) sum ^= table[(shapes[2 * i + 1]! & mask) * SET]!;
      looked = sum;
    },
    version: (entry) => table[entry + 2]!,
    slot: (entry) => table[entry + 3]!,
    put: (a, b, version, slot) => {
      let at = find(a, b);
      if (at < 0) {
        victim = (victim + ENTRY) & (SET - 1);
        at = (b & mask) * SET + victim;
      }
      table[at] = a;
      table[at + 1] = b;
      table[at + 2] = version;
      table[at + 3] = slot;
    },
  };
}

// --- internal ---

const ENTRY = 4;
/** A set is one line of a processor's cache: shapes come in no order. */
const SET = 4 * ENTRY;
