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
  /** Score row of the event, -1 for one of an earlier chunk that is there as history alone. */
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

/** What is left of a sequence whose first events came in an earlier chunk. */
export interface EarlierValues {
  /** Of its last event, NaN where it is not known. */
  readonly time: number;
  /** Last vectors of each key, the oldest first. */
  readonly vectors: ReadonlyMap<number, readonly Float64Array[]>;
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
 * @param earlier what came before each sequence, for chunks of live ones
 */
export function valueRows(
  set: SequenceSet,
  codes: Int32Array,
  known: (code: number) => boolean,
  width: number,
  earlier: readonly (EarlierValues | null)[] = [],
): ValueRows {
  const { values: carried, events } = set;
  const offsets = scoreOffsets(set);
  const columns = createColumns();
  const vectors: Float64Array[] = [];
  for (let s = 0; carried && events && s < set.count; s++) {
    columns.begin();
    for (const [code, history] of earlier[s]?.vectors ?? []) {
      for (const vector of history) {
        columns.add({ score: -1, sequence: s, event: -1, key: code });
        vectors.push(vector);
      }
    }
    let time = earlier[s]?.time ?? Number.NaN;
    let before = -1;
    for (let at = set.offsets[s]!; at < set.offsets[s + 1]!; at++) {
      const event = events[at]!;
      if (event === before) continue;
      before = event;
      const gap = Math.max(0, carried.time[event]! - time) / 1000;
      time = carried.time[event]!;
      const key = codes[set.keys[at]!]!;
      if (!known(key)) continue;
      columns.add({ score: offsets[s]! + at - set.offsets[s]!, sequence: s, event, key });
      const numbers = carried.numbers.subarray(carried.offsets[event], carried.offsets[event + 1]);
      vectors.push(Float64Array.of(gap, ...numbers.subarray(0, width - 1)));
    }
  }
  const values = new Float64Array(vectors.length * width).fill(Number.NaN);
  vectors.forEach((vector, row) => {
    values.set(vector, row * width);
  });
  return { count: vectors.length, width, values, ...columns.done() };
}

// --- internal ---

/** Collects rows, and which row of the same sequence and key came before each. */
function createColumns() {
  const columns = {
    score: [] as number[],
    sequence: [] as number[],
    event: [] as number[],
    key: [] as number[],
    previous: [] as number[],
    earlier: [] as number[],
  };
  const last = new Map<number, number>();
  return {
    /** The next rows are another sequence's. */
    begin: () => last.clear(),
    add: (row: { score: number; sequence: number; event: number; key: number }): void => {
      const previous = last.get(row.key) ?? -1;
      last.set(row.key, columns.key.length);
      columns.score.push(row.score);
      columns.sequence.push(row.sequence);
      columns.event.push(row.event);
      columns.key.push(row.key);
      columns.previous.push(previous);
      columns.earlier.push(previous < 0 ? 0 : columns.earlier[previous]! + 1);
    },
    done: () => ({
      score: Int32Array.from(columns.score),
      sequence: Int32Array.from(columns.sequence),
      event: Int32Array.from(columns.event),
      key: Int32Array.from(columns.key),
      previous: Int32Array.from(columns.previous),
      earlier: Int32Array.from(columns.earlier),
    }),
  };
}
