import { createIntMap } from './int-map.ts';
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
  /** By key: the slot where there is one, as for most keys, or the number of a list, counted down from -1. */
  const entries = createIntMap();
  const lists: number[][] = [];
  /** Numbers of lists that nobody uses. */
  const spare: number[] = [];
  const found: number[][] = [];

  const add = (slot: number, key: number): void => {
    const entry = entries.get(key);
    if (entry === undefined) entries.set(key, slot);
    else if (entry < 0) lists[-1 - entry]!.push(slot);
    else {
      const number = spare.pop() ?? lists.length;
      lists[number] = [entry, slot];
      entries.set(key, -1 - number);
    }
  };
  const remove = (slot: number, key: number): void => {
    const entry = entries.get(key);
    if (entry === slot) entries.delete(key);
    if (entry === undefined || entry >= 0) return;
    const list = lists[-1 - entry]!;
    const at = list.indexOf(slot);
    if (at < 0) return;
    list[at] = list[list.length - 1]!;
    list.pop();
    if (list.length > 1) return;
    spare.push(-1 - entry);
    entries.set(key, list[0]!);
  };

  return {
    remove: (slot, position, low) => remove(slot, keyOf(position, low)),
    add: (slot, hashes) => {
      for (let i = 0; i < hashes.length; i += 2) if (hashes[i] !== 0) add(slot, keyOf(i >> 1, hashes[i]!));
    },
    removeAll: (slot, hashes) => {
      for (let i = 0; i < hashes.length; i += 2) if (hashes[i] !== 0) remove(slot, keyOf(i >> 1, hashes[i]!));
    },
    candidates: (message, tokens, equal) => {
      found.length = 0;
      for (let i = 0; i < tokens; i++) {
        const low = message[2 * i]!;
        const entry = low === 0 ? undefined : entries.get(keyOf(i, low));
        if (entry === undefined) continue;
        if (entry >= 0) singles[i]![0] = entry;
        found.push(entry < 0 ? lists[-1 - entry]! : singles[i]!);
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

/** Lists of one slot that `candidates` gives out, until it is asked again. */
const singles = Array.from({ length: MAX_TOKENS }, () => [0]);

const byLength = (a: readonly number[], b: readonly number[]): number => a.length - b.length;

function keyOf(position: number, low: number): number {
  // 31 bits: small integers are the fastest keys.
  return (low ^ Math.imul(position + 1, 0x9e3779b1)) >>> 1;
}
