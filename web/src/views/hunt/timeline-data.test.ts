import { expect, it } from 'vitest';
import { channelRows } from './timeline-data.ts';

const MINUTE = 60_000;

it('fills what nothing was counted in, and shows counts as roots of their share', () => {
  const points = [
    { time: 0, series: 'a', events: 100, flagged: 0 },
    { time: 3 * MINUTE, series: 'a', events: 25, flagged: 4 },
    { time: 3 * MINUTE, series: 'b', events: 1, flagged: 1 },
  ];
  const rows = channelRows({ step: MINUTE, points }, { from: 0, to: 4 * MINUTE });
  expect(rows.map(({ channel, total, flagged }) => [channel, total, flagged])).toEqual([
    ['a', 125, 4],
    ['b', 1, 1],
  ]);
  const [times, events, flags] = rows[0]?.data ?? [];
  expect([...(times ?? [])]).toEqual([0, 1, 2, 3, 4].map((i) => i * MINUTE));
  expect([...(events ?? [])]).toEqual([1, 0, 0, 0.5, 0]);
  expect([...(flags ?? [])]).toEqual([0, 0, 0, 1, 0]);
});
