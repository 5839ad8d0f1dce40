import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { selectSequences } from './sequences.ts';

/** How sequences are reordered. */
export interface ReorderOptions {
  /** Reordered copies of each sequence. */
  readonly copies: number;
  /** Swaps of neighbours tried in a copy, as a share of its length. */
  readonly swaps: number;
  readonly seed: number;
}

/**
 * The sequences of `set` and behind them copies in which neighbours changed places. Where
 * several processes write one log, their events mix in more orders than a log has room
 * to show; the copies show some of the others.
 *
 * Between x and y, a and b change places with the probability
 * min(1, N(x b a y) / N(x a b y)), where N says how often the set has these four in a
 * row: orders never seen stay away, and each order stays about as common as it is.
 *
 * Source of the rule: Metropolis et al., "Equation of State Calculations by Fast Computing
 * Machines", Journal of Chemical Physics 1953.
 */
export function reorderSequences(set: SequenceSet, { copies, swaps, seed }: ReorderOptions): SequenceSet {
  if (copies === 0) return set;
  const rng = createRng(seed).fork('reorder');
  const odds = oddsOf(set);
  const all = selectSequences(
    set,
    Int32Array.from({ length: set.count * (1 + copies) }, (_, s) => s % set.count),
  );
  const { keys, offsets, events } = all;
  for (let s = set.count; s < all.count; s++) {
    const [start, end] = [offsets[s]!, offsets[s + 1]!];
    for (let tries = (end - start) * swaps; tries > 0 && end - start > 1; tries--) {
      const at = start + rng.int(end - start - 1);
      if (rng.next() >= odds(keys, at, start, end)) continue;
      swap(keys, at);
      if (events) swap(events, at);
    }
  }
  return all;
}

// --- internal ---

/** N(x b a y) / N(x a b y) of the two keys at `at` and behind it. */
function oddsOf(set: SequenceSet): (keys: Int32Array, at: number, start: number, end: number) => number {
  const outside = set.keyNames.length;
  const keyAt = (keys: Int32Array, at: number, start: number, end: number): number =>
    at >= start && at < end ? keys[at]! : outside;
  const pairs = new Map<number, number>();
  const mostPairs = set.keys.length + set.count + 1;
  /** Four in a row as one number, -1 where two of them never were. */
  const run = (x: number, a: number, b: number, y: number): number => {
    const first = pairs.get(x * (outside + 1) + a) ?? -1;
    const second = pairs.get(b * (outside + 1) + y) ?? -1;
    return first < 0 || second < 0 ? -1 : first * mostPairs + second;
  };
  const around = (keys: Int32Array, at: number, start: number, end: number): [number, number, number, number] => [
    keyAt(keys, at - 1, start, end),
    keys[at]!,
    keys[at + 1]!,
    keyAt(keys, at + 2, start, end),
  ];
  const counts = new Map<number, number>();
  for (let s = 0; s < set.count; s++) {
    const [start, end] = [set.offsets[s]!, set.offsets[s + 1]!];
    for (let at = start; at <= end; at++) {
      const pair = keyAt(set.keys, at - 1, start, end) * (outside + 1) + keyAt(set.keys, at, start, end);
      if (!pairs.has(pair)) pairs.set(pair, pairs.size);
    }
    for (let at = start; at + 1 < end; at++) {
      const seen = run(...around(set.keys, at, start, end));
      counts.set(seen, (counts.get(seen) ?? 0) + 1);
    }
  }
  return (keys, at, start, end) => {
    const [x, a, b, y] = around(keys, at, start, end);
    return a === b ? 0 : (counts.get(run(x, b, a, y)) ?? 0) / Math.max(1, counts.get(run(x, a, b, y)) ?? 0);
  };
}

function swap(list: Int32Array, at: number): void {
  const first = list[at]!;
  list[at] = list[at + 1]!;
  list[at + 1] = first;
}
