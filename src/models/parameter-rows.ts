import { scoreOffsets } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';

/** Most parameters of one key that are judged; those beyond are not. */
const MOST_PARAMETERS = 15;

/** Values of a vector: the time since the event before (seconds), then the key's parameters. */
export const GAP = 0;

/**
 * Events with what they carry: row r has the vector `values[r * width .. (r + 1) * width]`,
 * NaN where there is no number. A record that stands for several events is there once.
 */
export interface ValueRows {
  readonly count: number;
  readonly width: number;
  /** Score row of the event. */
  readonly score: Int32Array;
  readonly sequence: Int32Array;
  /** Row in the event table. */
  readonly event: Int32Array;
  /** Vocabulary code. */
  readonly key: Int32Array;
  /** Row of the key's event before in the same sequence, -1 for the first. */
  readonly previous: Int32Array;
  /** How many events of the key came before in the same sequence. */
  readonly earlier: Int32Array;
  readonly values: Float64Array;
}

/** Numbers that each key's events carry, the most of any event; at most `MOST_PARAMETERS`. */
export function parameterCounts({ values, events, keys }: SequenceSet, codes: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  if (!values || !events) return counts;
  for (let at = 0; at < keys.length; at++) {
    const row = events[at]!;
    const code = codes[keys[at]!]!;
    const count = values.offsets[row + 1]! - values.offsets[row]!;
    counts[code] = Math.max(counts[code]!, Math.min(MOST_PARAMETERS, count));
  }
  return counts;
}

/**
 * The events of known keys with their values; none where the sequences carry none.
 *
 * @param codes vocabulary code of each entry of `set.keyNames`
 * @param known whether the values of a code are of interest
 * @param width numbers of a vector, the time among them
 */
export function valueRows(
  set: SequenceSet,
  codes: Int32Array,
  known: (code: number) => boolean,
  width: number,
): ValueRows {
  const { values: carried, events } = set;
  const offsets = scoreOffsets(set);
  const column = { score: [] as number[], sequence: [] as number[], event: [] as number[], key: [] as number[] };
  const previous: number[] = [];
  const earlier: number[] = [];
  const gaps: number[] = [];
  for (let s = 0; carried && events && s < set.count; s++) {
    const last = new Map<number, number>();
    let before = -1;
    for (let at = set.offsets[s]!; at < set.offsets[s + 1]!; at++) {
      const event = events[at]!;
      if (event === before) continue;
      const gap = before < 0 ? Number.NaN : Math.max(0, carried.time[event]! - carried.time[before]!) / 1000;
      before = event;
      const code = codes[set.keys[at]!]!;
      if (!known(code)) continue;
      const lastRow = last.get(code) ?? -1;
      previous.push(lastRow);
      earlier.push(lastRow < 0 ? 0 : earlier[lastRow]! + 1);
      last.set(code, column.score.length);
      column.score.push(offsets[s]! + at - set.offsets[s]!);
      column.sequence.push(s);
      column.event.push(event);
      column.key.push(code);
      gaps.push(gap);
    }
  }
  const count = gaps.length;
  const values = new Float64Array(count * width).fill(Number.NaN);
  for (let row = 0; carried && row < count; row++) {
    values[row * width + GAP] = gaps[row]!;
    const first = carried.offsets[column.event[row]!]!;
    const numbers = Math.min(width - 1, carried.offsets[column.event[row]! + 1]! - first);
    values.set(carried.numbers.subarray(first, first + numbers), row * width + 1);
  }
  return {
    count,
    width,
    score: Int32Array.from(column.score),
    sequence: Int32Array.from(column.sequence),
    event: Int32Array.from(column.event),
    key: Int32Array.from(column.key),
    previous: Int32Array.from(previous),
    earlier: Int32Array.from(earlier),
    values,
  };
}
