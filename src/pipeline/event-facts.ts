import type { EventFacts } from '../hunt/index.ts';
import type { EventColumns, SequenceSet } from '../types.ts';
import { countBelow } from '../util/statistics.ts';
import { spanOf } from './hunt-periods.ts';

/**
 * What delineation asks of events. Those of tables are linked by their subject and have no
 * sessions; those of logs by the addresses and users they name.
 */
export function eventFacts(events: EventColumns, sequences: SequenceSet, isTable: boolean): EventFacts {
  const sorted = events.time.filter((time) => !Number.isNaN(time)).sort();
  return {
    entities: (row) => (isTable ? [-1 - events.host[row]!] : linking(events, row)),
    ...(isTable
      ? {}
      : { session: sessionSpans(sequences.events ?? new Int32Array(0), sequences.offsets, events.time) }),
    share: (start, end) =>
      (countBelow(sorted, end, true) - countBelow(sorted, start, false)) / Math.max(1, events.count),
  };
}

// --- internal ---

/** Who an incident follows from place to place: addresses and users, not hosts and processes, which everything has. */
function linking(events: EventColumns, row: number): number[] {
  const all = Array.from(events.entities.subarray(events.entityOffsets[row], events.entityOffsets[row + 1]));
  return all.filter((id) => {
    const { kind } = events.entityTable.entity(id);
    return kind === 'address' || kind === 'user';
  });
}

/** First and last time of the session that each row belongs to. */
function sessionSpans(rows: Int32Array, offsets: Int32Array, times: Float64Array) {
  const begin = new Float64Array(times.length).fill(Number.NaN);
  const end = new Float64Array(times.length).fill(Number.NaN);
  for (let s = 0; s + 1 < offsets.length; s++) {
    const [first, last] = spanOf(Float64Array.from(rows.subarray(offsets[s], offsets[s + 1]), (row) => times[row]!));
    for (let at = offsets[s]!; at < offsets[s + 1]!; at++) {
      begin[rows[at]!] = first;
      end[rows[at]!] = last;
    }
  }
  return (row: number): readonly [number, number] => [begin[row]!, end[row]!];
}
