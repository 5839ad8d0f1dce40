import { describe, expect, test } from 'vitest';
import { createRng } from '../util/rng.ts';
import { fitTailSurprise, meanSurprise } from './tail-surprise.ts';

describe('fitTailSurprise', () => {
  test('is the tail probability of a score among the held-out ones', () => {
    const { of } = fitTailSurprise([4, 1, 3, 2]);
    expect([0, 1, 2, 3, 4].map((score) => Math.exp(-of(score)))).toEqual(
      [5, 5, 4, 3, 2].map((atLeast) => expect.closeTo(atLeast / 5, 12)),
    );
  });

  test('goes on beyond the largest, as an exponential tail does', () => {
    const rng = createRng(1);
    const { of } = fitTailSurprise(Array.from({ length: 20_000 }, () => -Math.log(1 - rng.next())));
    expect(Math.abs(of(15) - 15)).toBeLessThan(1.5);
    expect(of(16)).toBeGreaterThan(of(15));
  });

  test('says nothing of scores that are all equal', () => {
    const { of } = fitTailSurprise([2, 2, 2]);
    expect(of(2)).toBeCloseTo(0, 12);
    expect(of(9)).toBeCloseTo(Math.log(4), 12);
  });
});

describe('meanSurprise', () => {
  test('is the surprise of the mean of the tail probabilities', () => {
    for (const [p, q] of [
      [0.005, 0.005],
      [0.2, 0.0001],
      [1, 0.5],
    ] as const) {
      const expected = -Math.log((p + q) / 2);
      expect(meanSurprise(-Math.log(p), -Math.log(q))).toBeCloseTo(expected, 12);
      expect(meanSurprise(-Math.log(q), -Math.log(p))).toBeCloseTo(expected, 12);
    }
  });

  test('keeps a surprise beyond what a number can hold as a probability', () => {
    expect(meanSurprise(2000, 5)).toBeCloseTo(5 + Math.LN2, 12);
    expect(meanSurprise(2000, 2000)).toBe(2000);
  });
});
