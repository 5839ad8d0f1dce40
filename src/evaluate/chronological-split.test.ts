import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { splitByTime } from './chronological-split.ts';

/** Sessions of the events of a log, by the name of each event's session. */
function setOf(names: readonly string[]): SequenceSet {
  const ids = [...new Set(names)];
  const rows = ids.map((id) => names.flatMap((name, row) => (name === id ? [row] : [])));
  return {
    ...sequencesOf(
      rows.map((list) => list.map(String)),
      { ids },
    ),
    events: Int32Array.from(rows.flat()),
  };
}

const rowsOf = ({ events }: SequenceSet): number[] => [...(events ?? [])].sort((a, b) => a - b);

describe('a split in time', () => {
  it('keeps whole sessions on one side, and leaves out those that go on across', () => {
    const { before, after, across, row } = splitByTime(setOf(['a', 'a', 'b', 'b', 'c', 'b', 'c', 'd']), 0.5, true);
    expect({ before: before.ids, after: after.ids, across, row }).toEqual({
      before: ['a'],
      after: ['c', 'd'],
      across: 1,
      row: 4,
    });
  });

  it('cuts sessions in two where events are what is judged', () => {
    const { before, after, across } = splitByTime(setOf(['a', 'b', 'a', 'b', 'c', 'a']), 0.5, false);
    expect({ before: before.ids, after: after.ids, across }).toEqual({
      before: ['a', 'b'],
      after: ['a', 'b', 'c'],
      across: 2,
    });
  });

  it('takes sequences without events in their order', () => {
    const set = sequencesOf([['1'], ['2'], ['3'], ['4']], { ids: ['a', 'b', 'c', 'd'], labels: [0, 0, 0, 1] });
    const { before, after } = splitByTime(set, 0.25, true);
    expect([before.ids, after.ids, [...(after.labels ?? [])]]).toEqual([['a', 'b', 'c'], ['d'], [1]]);
  });

  it('lets nothing of the future into the past, and loses nothing but what goes on across', () => {
    const logs = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(logs, fc.double({ min: 0, max: 0.9, noNaN: true }), fc.boolean(), (names, share, whole) => {
        const { before, after, row, across } = splitByTime(setOf(names), share, whole);
        expect(rowsOf(before).every((at) => at < row)).toBe(true);
        expect(rowsOf(after).every((at) => at >= row)).toBe(true);
        if (whole) expect(before.count + after.count + across).toBe(new Set(names).size);
        else expect([...rowsOf(before), ...rowsOf(after)]).toEqual(names.map((_, at) => at));
      }),
    );
  });
});
