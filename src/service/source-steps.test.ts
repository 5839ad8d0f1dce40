import { describe, expect, it } from 'vitest';
import type { FeedItem, Notice } from '../stream/index.ts';
import type { Lane, Waiting } from './lanes.ts';
import { stepsOf } from './source-steps.ts';

const NOW = 10_000;
const lane = (id: number): Lane => ({ stored: { id } }) as unknown as Lane;
const lines = (of: Lane, count: number, position: number, generation = 'g'): Waiting => ({
  lane: of,
  item: {
    ...{ type: 'lines', count, generation, position: { at: position } },
    received: new Float64Array(count).fill(NOW - 100 - position),
  } as unknown as FeedItem,
});
const notice = (of: Lane, what: Partial<Notice>, position: number): Waiting => ({
  lane: of,
  item: { type: 'notice', notice: what, position: { at: position } } as unknown as FeedItem,
});

describe('how far sources are after some items', () => {
  it('is the last position of each, with all their lines', () => {
    const [a, b] = [lane(1), lane(2)];
    const steps = stepsOf([lines(a, 3, 1), lines(b, 5, 2), lines(a, 4, 3, 'next')], () => 'before', NOW);
    expect(steps).toEqual([
      { source: 1, generation: 'next', position: { at: 3 }, lines: 7, drops: 0, gaps: [], lastSeen: 9897, lag: 103 },
      { source: 2, generation: 'g', position: { at: 2 }, lines: 5, drops: 0, gaps: [], lastSeen: 9898, lag: 102 },
    ]);
  });

  it('tells of what is missing, and counts what was dropped', () => {
    const a = lane(1);
    const [step] = stepsOf(
      [
        notice(a, { type: 'gap', reason: 'killed', since: 1, until: 2 }, 1),
        notice(a, { type: 'drop', reason: 'queue-full', lines: 9, bytes: 90, since: 3, until: 4 }, 2),
        notice(a, { type: 'drop', reason: 'kernel', lines: 2, bytes: 0, since: 5, until: 6 }, 3),
        notice(a, { type: 'truncation', copy: null } as Partial<Notice>, 4),
        notice(a, { type: 'truncation', copy: 'log.1' } as Partial<Notice>, 5),
        notice(a, { type: 'stopped' }, 6),
      ],
      () => 'before',
      NOW,
    );
    expect(step).toEqual({
      ...{ source: 1, generation: 'before', position: { at: 6 }, lines: 0, drops: 11 },
      gaps: [
        { from: 1, to: 2, missing: null, reason: 'killed' },
        { from: 3, to: 4, missing: 9, reason: 'dropped: queue-full' },
        { from: 5, to: 6, missing: 2, reason: 'dropped: kernel' },
        { from: null, to: NOW, missing: null, reason: 'truncated' },
      ],
    });
  });

  it('are nowhere else where nothing came', () => {
    expect(stepsOf([], () => '', NOW)).toEqual([]);
  });
});
