import { cutSequences, selectSequences } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';

/** What came before a moment, and what came after it. */
export interface ChronologicalSplit {
  readonly before: SequenceSet;
  readonly after: SequenceSet;
  /** Row of the event table that `after` begins with; -1 where the sequences have no events. */
  readonly row: number;
  /** Sessions that go on across the moment: left out, or cut in two. */
  readonly across: number;
}

/**
 * Splits in time, so that the past judges the future. Rows of the event table are in the
 * order of time; sequences without events are taken in the order they stand in.
 *
 * @param share share of the sessions (or of the events, where sessions are cut) that come after
 * @param whole leaves out the sessions that go on across the moment, instead of cutting them in two
 */
export function splitByTime(set: SequenceSet, share: number, whole: boolean): ChronologicalSplit {
  const { events } = set;
  if (!events) {
    const first = set.count - heldOut(set.count, share);
    const order = Array.from({ length: set.count }, (_, s) => s);
    return {
      before: selectSequences(set, order.slice(0, first)),
      after: selectSequences(set, order.slice(first)),
      row: -1,
      across: 0,
    };
  }
  const filled = Array.from({ length: set.count }, (_, s) => s).filter((s) => set.offsets[s]! < set.offsets[s + 1]!);
  const first = (s: number): number => events[set.offsets[s]!]!;
  const last = (s: number): number => events[set.offsets[s + 1]! - 1]!;
  const moments = whole ? Int32Array.from(filled, first).sort() : Int32Array.from(events).sort();
  const row = moments[moments.length - heldOut(moments.length, share)] ?? Number.POSITIVE_INFINITY;
  const across = filled.filter((s) => first(s) < row && last(s) >= row).length;
  if (whole) {
    return {
      before: selectSequences(
        set,
        filled.filter((s) => last(s) < row),
      ),
      after: selectSequences(
        set,
        filled.filter((s) => first(s) >= row),
      ),
      row,
      across,
    };
  }
  return {
    before: cutSequences(set, (position) => events[position]! < row),
    after: cutSequences(set, (position) => events[position]! >= row),
    row,
    across,
  };
}

// --- internal ---

function heldOut(count: number, share: number): number {
  return count < 2 ? 0 : Math.min(count - 1, Math.round(count * share));
}
