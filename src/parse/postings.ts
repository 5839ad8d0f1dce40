import { MAX_TOKENS } from './masks.ts';

/**
 * Which clusters of one leaf have a certain token at a certain position: an inverted
 * index that finds the few clusters worth comparing in a leaf of thousands. Keys are
 * hashes, so that a list may hold a cluster too many, never one too few.
 */
export interface Postings {
  /** Enters the tokens of a cluster (two halves of a hash each); wildcards are left out. */
  add(slot: number, hashes: Int32Array): void;
  /** Takes one token of a cluster out. */
  remove(slot: number, position: number, low: number): void;
  /** Takes a whole cluster out. */
  removeAll(slot: number, hashes: Int32Array): void;
  /**
   * Lists that together hold every cluster with at least `equal` (1 or more) tokens in
   * common with the message: by the pigeonhole principle all but the `equal - 1`
   * longest lists of its tokens. Lists may share clusters.
   */
  candidates(message: Int32Array, tokens: number, equal: number): readonly (readonly number[])[];
}

/** An empty index. */
export function createPostings(): Postings {
  /** A list of one slot, as most are, is that slot. */
  const lists = new Map<number, number | number[]>();
  const found: number[][] = [];
  /** Lists of one slot that `candidates` gives out. */
  const singles = Array.from({ length: MAX_TOKENS }, () => [0]);

  const remove = (slot: number, position: number, low: number): void => {
    const key = keyOf(position, low);
    const list = lists.get(key);
    if (list === slot) lists.delete(key);
    if (typeof list !== 'object') return;
    const at = list.indexOf(slot);
    if (at < 0) return;
    list[at] = list[list.length - 1]!;
    list.pop();
    if (list.length === 1) lists.set(key, list[0]!);
  };

  return {
    remove,
    add: (slot, hashes) => {
      for (let i = 0; i < hashes.length; i += 2) {
        if (hashes[i] === 0) continue;
        const key = keyOf(i >> 1, hashes[i]!);
        const list = lists.get(key);
        if (list === undefined) lists.set(key, slot);
        else if (typeof list === 'number') lists.set(key, [list, slot]);
        else list.push(slot);
      }
    },
    removeAll: (slot, hashes) => {
      for (let i = 0; i < hashes.length; i += 2) if (hashes[i] !== 0) remove(slot, i >> 1, hashes[i]!);
    },
    candidates: (message, tokens, equal) => {
      found.length = 0;
      for (let i = 0; i < tokens; i++) {
        const low = message[2 * i]!;
        const list = low === 0 ? undefined : lists.get(keyOf(i, low));
        if (list === undefined) continue;
        if (typeof list === 'number') singles[i]![0] = list;
        found.push(typeof list === 'number' ? singles[i]! : list);
      }
      if (equal > 1) {
        found.sort(byLength);
        found.length = Math.max(0, found.length - equal + 1);
      }
      return found;
    },
  };
}

// --- internal ---

const byLength = (a: readonly number[], b: readonly number[]): number => a.length - b.length;

function keyOf(position: number, low: number): number {
  // 31 bits: small integers are the fastest keys.
  return (low ^ Math.imul(position + 1, 0x9e3779b1)) >>> 1;
}
