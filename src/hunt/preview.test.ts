import { describe, expect, it } from 'vitest';
import { type Flag, findBursts } from './bursts.ts';
import { delineate, HUNT_DELINEATION } from './delineate.ts';
import { comparePreviews, createPreview } from './preview.ts';

const MINUTE = 60_000;
const flag = (minute: number, host: number, surprise = 3): Flag => ({
  row: host,
  time: minute * MINUTE,
  surprise,
  fact: 0,
  text: '',
  host,
});
/** An event a minute for a day; on host 0 an hour of flags, on host 1 a single one hours later. */
const times = Float64Array.from({ length: 1440 }, (_, minute) => minute * MINUTE);
const facts = { entities: (row: number) => [row], share: () => 0 };
const bursts = findBursts('a', [...Array.from({ length: 61 }, (_, i) => flag(300 + i, 0)), flag(900, 1, 2.6)], MINUTE);
const at = createPreview(bursts, facts, times, HUNT_DELINEATION);

describe('a preview', () => {
  it('is what delineation gives, with its cost', () => {
    const { windows, keptEvents, readingMinutes, time, incidents } = at({ beta: 0.1 });
    const whole = delineate(bursts, facts, 1439 * MINUTE, { ...HUNT_DELINEATION, beta: 0.1 });
    expect(windows).toEqual(whole.windows.map(({ start, end }) => ({ start, end })));
    expect(incidents).toBe(2);
    // 294 to 366, and 900 alone.
    expect(keptEvents).toBe(73 + 1);
    expect(readingMinutes).toBeCloseTo(0.74);
    expect(time).toBe(72 * MINUTE + MINUTE);
  });

  it('follows the threshold too, and back', () => {
    const before = at({ solo: 2.5 });
    expect(at({ solo: 2.8 }).windows).toHaveLength(1);
    expect(at({ solo: 2.5 })).toEqual(before);
  });
});

describe('what changed between two settings', () => {
  it('is windows that are new, gone, or begin and end elsewhere', () => {
    const [strict, loose, wide] = [at({ solo: 2.8 }), at({ solo: 2.5 }), at({ solo: 2.5, beta: 0.15 })];
    expect(comparePreviews(strict, loose)).toMatchObject({
      added: [{ start: 899.5 * MINUTE }],
      removed: [],
      changed: [],
      keptEvents: 1,
    });
    expect(comparePreviews(loose, strict)).toMatchObject({
      added: [],
      removed: [{ start: 899.5 * MINUTE }],
      keptEvents: -1,
    });
    expect(comparePreviews(loose, wide)).toMatchObject({
      added: [],
      removed: [],
      changed: [{ before: { start: 294 * MINUTE }, after: { start: 291 * MINUTE } }],
      keptEvents: 6,
    });
  });
});
