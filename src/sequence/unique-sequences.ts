import type { SequenceSet } from '../types.ts';
import { BEGIN, END } from './vocabulary.ts';
import { scoreOffsets } from './windows.ts';

/** Positions of sequences: at each, a key is to be judged by those before it. */
export interface Positions {
  /** Number of sequences. */
  readonly count: number;
  /** Positions of sequence s: `offsets[s]` to `offsets[s + 1]`. */
  readonly offsets: Int32Array;
  /** Code of the key before each position, `^` at the begin. */
  readonly keys: Int32Array;
  /** Code of the key at each position, `$` at the end of a closed sequence. */
  readonly next: Int32Array;
}

/** Sequences with equal ones kept once: many sessions repeat another to the letter. */
export interface UniqueSequences extends Positions {
  /** How often each unique sequence occurs, `count`. */
  readonly weight: Float32Array;
  /** Unique sequence of each sequence of the set. */
  readonly uniqueOf: Int32Array;
}

/**
 * The positions of all sequences of `set`, in their order.
 *
 * @param codes vocabulary code of each entry of `set.keyNames`
 * @param before code of the key before each sequence's first, `^` unless told
 */
export function positionsOf(set: SequenceSet, codes: Int32Array, before?: Int32Array): Positions {
  const offsets = scoreOffsets(set);
  const rows = offsets[set.count] ?? 0;
  const keys = new Int32Array(rows);
  const next = new Int32Array(rows);
  for (let s = 0; s < set.count; s++) {
    let row = offsets[s]!;
    let last = before?.[s] ?? BEGIN;
    for (let at = set.offsets[s]!; at < set.offsets[s + 1]!; at++) {
      keys[row] = last;
      last = codes[set.keys[at]!]!;
      next[row++] = last;
    }
    if (set.closed[s] === 1) {
      keys[row] = last;
      next[row] = END;
    }
  }
  return { count: set.count, offsets, keys, next };
}

/** The unique sequences of `set`, in order of first appearance. */
export function uniqueSequences(set: SequenceSet, codes: Int32Array): UniqueSequences {
  const { count, offsets, keys, next } = positionsOf(set, codes);
  const byHash = new Map<number, number[]>();
  const uniqueOf = new Int32Array(count);
  const firsts: number[] = [];
  const weights: number[] = [];
  const equal = (a: number, b: number): boolean => {
    const length = offsets[a + 1]! - offsets[a]!;
    if (length !== offsets[b + 1]! - offsets[b]!) return false;
    for (let i = 0; i < length; i++) if (next[offsets[a]! + i] !== next[offsets[b]! + i]) return false;
    return true;
  };
  for (let s = 0; s < count; s++) {
    const hash = hashOf(next, offsets[s]!, offsets[s + 1]!);
    const candidates = byHash.get(hash) ?? [];
    if (candidates.length === 0) byHash.set(hash, candidates);
    let unique = candidates.find((candidate) => equal(firsts[candidate]!, s));
    if (unique === undefined) {
      unique = firsts.length;
      firsts.push(s);
      weights.push(0);
      candidates.push(unique);
    }
    weights[unique]! += 1;
    uniqueOf[s] = unique;
  }
  const kept = concatRanges(offsets, firsts);
  return {
    count: firsts.length,
    offsets: kept.offsets,
    keys: kept.take(keys),
    next: kept.take(next),
    weight: Float32Array.from(weights),
    uniqueOf,
  };
}

// --- internal ---

function hashOf(codes: Int32Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) {
    hash = Math.imul(hash ^ codes[i]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function concatRanges(offsets: Int32Array, chosen: readonly number[]) {
  const kept = new Int32Array(chosen.length + 1);
  chosen.forEach((s, i) => {
    kept[i + 1] = kept[i]! + offsets[s + 1]! - offsets[s]!;
  });
  const take = (values: Int32Array): Int32Array => {
    const taken = new Int32Array(kept[chosen.length]!);
    chosen.forEach((s, i) => {
      taken.set(values.subarray(offsets[s]!, offsets[s + 1]!), kept[i]!);
    });
    return taken;
  };
  return { offsets: kept, take };
}
