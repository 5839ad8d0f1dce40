import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayLearn, rowsOfFold, rowsToLearn, splitAt, timeFolds } from './folds.ts';

const HOUR = 3_600_000;

/** A row every 10 minutes for so many days. */
function every10Minutes(days: number): Float64Array {
  return Float64Array.from({ length: days * 144 }, (_, i) => 1e12 + i * 600_000);
}

describe('timeFolds', () => {
  it('judges every row once', () => {
    const folds = timeFolds(every10Minutes(9), 3);
    const judged = folds.judged.flatMap((fold) => [...rowsOfFold(folds, fold)]);
    expect(judged.sort((a, b) => a - b)).toEqual(Array.from({ length: 9 * 144 }, (_, row) => row));
  });

  it('no model that judges one part of a burst of up to 3 hours learns the other, wherever the burst is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 6 }), fc.nat({ max: 9 * 144 - 18 }), (count, start) => {
        const folds = timeFolds(every10Minutes(9), count);
        const burst = Array.from({ length: 17 }, (_, i) => start + i);
        for (const fold of new Set(burst.map((row) => folds.of[row] ?? 0))) {
          expect(burst.filter((row) => mayLearn(folds, fold, row))).toEqual([]);
        }
      }),
    );
  });

  it('lets each model learn every hour of the day, from neighbouring days', () => {
    const times = every10Minutes(9);
    const folds = timeFolds(times, 3);
    for (const fold of folds.judged) {
      const hours = new Set([...rowsToLearn(folds, fold)].map((row) => Math.floor((times[row] ?? 0) / HOUR) % 24));
      expect(hours.size).toBe(24);
    }
  });

  it('cuts a log without times by row, and keeps rows without time with the row before them', () => {
    const timeless = timeFolds(new Float64Array(30).fill(Number.NaN), 3);
    expect(timeless.judged.map((fold) => rowsOfFold(timeless, fold).length)).toEqual([10, 10, 10]);
    const times = every10Minutes(3);
    times.fill(Number.NaN, 100, 110);
    const { of } = timeFolds(times, 3);
    expect(new Set(of.subarray(99, 110)).size).toBe(1);
  });
});

describe('splitAt', () => {
  it('learns from all that is before and judges the rest', () => {
    const times = every10Minutes(2);
    const folds = splitAt(times, times[144] ?? 0);
    expect([rowsToLearn(folds, 1).length, rowsOfFold(folds, 1)[0]]).toEqual([144, 144]);
  });
});
