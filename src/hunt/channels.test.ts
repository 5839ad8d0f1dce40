import { describe, expect, it } from 'vitest';
import { createRng } from '../util/rng.ts';
import { estimateClockOffset } from './clock-offset.ts';
import { findSilences } from './silence.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Times of bursts of activity that two sensors see, and some of its own. */
function activity(seed: number, own: number): Float64Array {
  const rng = createRng(seed);
  const shared = createRng(7);
  const times: number[] = [];
  for (let at = 0; at < 48 * HOUR; at += 5 * MINUTE + shared.next() * 20 * MINUTE) {
    for (let i = 0; i < 5; i++) times.push(at + rng.next() * 2000);
  }
  for (let i = 0; i < own; i++) times.push(rng.next() * 48 * HOUR);
  return Float64Array.from(times).sort();
}

describe('clocks of two channels', () => {
  it.each([
    ['a few minutes', 4 * MINUTE],
    ['a time zone', -2 * HOUR],
  ])('that differ by %s are found out', (_, shift) => {
    const found = estimateClockOffset(
      activity(1, 50),
      activity(2, 50).map((time) => time + shift),
    );
    expect(Math.abs((found?.offset ?? 0) + shift)).toBeLessThanOrEqual(MINUTE);
    expect(found?.correlation).toBeGreaterThan(found?.without ?? 1);
  });

  it('that agree are left alone', () => {
    expect(estimateClockOffset(activity(1, 50), activity(2, 50))).toBeNull();
  });

  it('that see nothing in common say nothing of each other', () => {
    const noise = (seed: number) => {
      const rng = createRng(seed);
      return Float64Array.from({ length: 500 }, () => rng.next() * 48 * HOUR).sort();
    };
    expect(estimateClockOffset(noise(3), noise(4))).toBeNull();
  });
});

describe('a channel that falls silent', () => {
  const every = (from: number, to: number, step: number): number[] =>
    Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
  const judged = [24 * HOUR, 48 * HOUR] as const;

  it('is told with when, also at the end', () => {
    const times = Float64Array.from([...every(0, 30 * HOUR, 10 * MINUTE), ...every(35 * HOUR, 44 * HOUR, 10 * MINUTE)]);
    expect(findSilences('S', times, judged)).toEqual([
      { channel: 'S', start: 30 * HOUR - 10 * MINUTE, end: 35 * HOUR },
      { channel: 'S', start: 44 * HOUR - 10 * MINUTE, end: 48 * HOUR },
    ]);
  });

  it('may be as quiet as it usually is', () => {
    const times = Float64Array.from(
      every(0, 48 * HOUR, 3 * HOUR)
        .concat(every(0, 24 * HOUR, 3 * HOUR + 1))
        .sort((a, b) => a - b),
    );
    expect(findSilences('S', times, judged)).toEqual([]);
  });
});
