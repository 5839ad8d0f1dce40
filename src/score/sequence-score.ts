/** How a sequence's events make its score. */
export type SequenceAggregate = (typeof SEQUENCE_AGGREGATES)[number];

/** Every `SequenceAggregate`. */
export const SEQUENCE_AGGREGATES = ['max', 'worst-three', 'sum'] as const;

/**
 * One score per sequence from the surprise of its events. The largest is the default: it
 * is DeepLog's own rule that one event out of place makes a session anomalous, and it
 * does not grow with the length of a session as a sum does. A mean of the worst three
 * dilutes a session that breaks off or has a single wrong event.
 *
 * @param offsets rows of each sequence, as `SequenceScores.offsets`
 * @param nll surprise of each event
 * @returns a score per sequence; 0 where it has no events. Fewer than three events count as they are.
 */
export function sequenceScores(
  offsets: Int32Array,
  nll: Float32Array,
  aggregate: SequenceAggregate = 'max',
): Float32Array {
  const scores = new Float32Array(Math.max(0, offsets.length - 1));
  for (let s = 0; s < scores.length; s++) {
    const start = offsets[s]!;
    const end = offsets[s + 1]!;
    if (end > start) scores[s] = AGGREGATES[aggregate](nll, start, end);
  }
  return scores;
}

// --- internal ---

const AGGREGATES: Readonly<Record<SequenceAggregate, (nll: Float32Array, start: number, end: number) => number>> = {
  'worst-three': (nll, start, end) => {
    let first = Number.NEGATIVE_INFINITY;
    let second = Number.NEGATIVE_INFINITY;
    let third = Number.NEGATIVE_INFINITY;
    for (let row = start; row < end; row++) {
      const value = nll[row]!;
      if (value > first) [first, second, third] = [value, first, second];
      else if (value > second) [second, third] = [value, second];
      else if (value > third) third = value;
    }
    const worst = [first, second, third].slice(0, end - start);
    return worst.reduce((sum, value) => sum + value, 0) / worst.length;
  },
  max: (nll, start, end) => {
    let largest = nll[start]!;
    for (let row = start; row < end; row++) largest = Math.max(largest, nll[row]!);
    return largest;
  },
  sum: (nll, start, end) => {
    let sum = 0;
    for (let row = start; row < end; row++) sum += nll[row]!;
    return sum;
  },
};
