import type { SequenceSet } from '../types.ts';

/** Sequences as vectors of counts, one dimension per known key, in a buffer that is used again. */
export interface CountRows {
  readonly size: number;
  /** Counts of sequence s; valid until the next call. */
  of(s: number): CountRow;
}

/** One sequence as counts. */
export interface CountRow {
  readonly counts: Float64Array;
  /** Events whose key is not known. */
  readonly unknown: number;
}

/**
 * Counts of the keys of `set` in the order of `vocabulary`.
 *
 * @example
 * countRows(sequencesOf([['a', 'b', 'a', 'x']]), ['a', 'b']).of(0); // counts [2, 1], unknown 1
 */
export function countRows(set: SequenceSet, vocabulary: readonly string[]): CountRows {
  const places = new Map(vocabulary.map((name, place) => [name, place]));
  const placeOf = Int32Array.from(set.keyNames, (name) => places.get(name) ?? -1);
  const counts = new Float64Array(vocabulary.length);
  return {
    size: vocabulary.length,
    of(s) {
      counts.fill(0);
      let unknown = 0;
      for (let at = set.offsets[s]!; at < set.offsets[s + 1]!; at++) {
        const place = placeOf[set.keys[at]!]!;
        if (place < 0) unknown++;
        else counts[place]! += 1;
      }
      return { counts, unknown };
    },
  };
}
