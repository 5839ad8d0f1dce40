import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../util/rng.ts';
import { calibrate, severityOf } from './calibration.ts';
import { fitSurprise } from './surprise.ts';
import { fitTail } from './tail.ts';
import { flagRate, thresholdForFlagRate } from './threshold.ts';

const scores = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 300 });

describe('thresholdForFlagRate', () => {
  it('never flags more than it may', () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0, max: 0.5, noNaN: true }), (values, share) => {
        const threshold = thresholdForFlagRate(values, share);
        expect(flagRate(values, threshold)).toBeLessThanOrEqual(share);
      }),
    );
  });

  it.each([199, 333, 821])('flags the share it promises of new scores, chosen on %d', (count) => {
    const rng = createRng(count);
    const draws = 4000;
    // Scores are uniform, so a threshold t flags 1 - t of what is new.
    const flagged = Array.from({ length: draws }, () => {
      const held = Float64Array.from({ length: count }, () => rng.next());
      return 1 - thresholdForFlagRate(held, 0.005);
    }).reduce((sum, rate) => sum + rate / draws, 0);
    expect(flagged).toBeCloseTo(0.005, 3);
    expect(Math.abs(flagged - 0.005)).toBeLessThan(0.0002);
  });

  it('flags nothing where there is nothing to learn from', () => {
    expect(thresholdForFlagRate([], 0.005)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('fitSurprise', () => {
  it('grows with the score and never claims more than its samples support', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const surprise = fitSurprise(values);
        const found = [-1, 0, 10, 25, 51].map(surprise.of);
        expect(found).toEqual([...found].sort((a, b) => a - b));
        expect(found[0]).toBeCloseTo(0);
        expect(found[4]).toBeCloseTo(Math.log10(values.length + 1));
      }),
    );
  });
});

describe('fitTail', () => {
  it('is the share that reaches a value, and falls beyond the largest sample', () => {
    const tail = fitTail([1, 1, 1, 2, 2, 3, 4, 8]);
    expect(tail.survival(1)).toBe(1);
    expect(tail.survival(3)).toBeCloseTo(4 / 9);
    expect(tail.survival(8)).toBeCloseTo(2 / 9);
    expect(tail.survival(9)).toBeLessThan(1 / 9);
    expect(tail.survival(900)).toBeLessThan(tail.survival(90));
    expect(tail.survival(900)).toBeGreaterThan(0);
  });

  it('finds the index of a Pareto tail', () => {
    const rng = createRng(7);
    const tail = fitTail(Array.from({ length: 20_000 }, () => (1 - rng.next()) ** (-1 / 2)));
    const ratio = tail.survival(tail.largest * 10) / tail.survival(tail.largest * 1.0001);
    expect(-Math.log10(ratio)).toBeGreaterThan(1.8);
    expect(-Math.log10(ratio)).toBeLessThan(2.2);
  });

  it('explains everything where nothing was seen', () => {
    expect(fitTail([]).survival(5)).toBe(1);
  });
});

describe('severities', () => {
  const calibration = calibrate(Float64Array.from({ length: 2000 }, (_, i) => i));

  it('follow the percentiles of the held-out scores', () => {
    expect([1800, 1950, 1990, 1999].map((score) => severityOf(score, calibration))).toEqual([
      'NONE',
      'LOW',
      'MED',
      'HIGH',
    ]);
  });

  it('come with intervals that hold the percentile', () => {
    for (const { low, value, high } of calibration.percentiles) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
  });

  it('say when there were too few scores', () => {
    expect(calibration.calibrated).toBe(true);
    expect(calibrate(new Float64Array(999)).calibrated).toBe(false);
    expect(severityOf(1e9, calibrate([]))).toBe('NONE');
  });
});
