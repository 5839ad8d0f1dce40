import { describe, expect, it } from 'vitest';
import { createRng } from '../util/rng.ts';
import { fitInterval, fitScale, isCounter, original, standardised } from './parameter-interval.ts';

const drawn = (count: number, draw: (rng: ReturnType<typeof createRng>) => number, seed = 1): Float64Array => {
  const rng = createRng(seed);
  return Float64Array.from({ length: count }, () => draw(rng));
};

describe('fitInterval', () => {
  it('is the Gaussian interval of Gaussian values', () => {
    const interval = fitInterval(
      drawn(5000, (rng) => 3 + 2 * rng.normal()),
      0.95,
    );
    expect(interval?.center).toBeCloseTo(3, 0);
    expect(interval?.reach).toBeGreaterThan(0.97 * 2 * 1.95996);
    expect(interval?.reach).toBeLessThan(1.03 * 2 * 1.95996);
  });

  it.each([0.98, 0.99, 0.999])('holds %s of what heavy tails bring, which a Gaussian does not', (confidence) => {
    const heavy = (rng: ReturnType<typeof createRng>): number => rng.normal() / Math.sqrt(rng.exponential(1) + 0.02);
    const interval = fitInterval(drawn(20_000, heavy, 1), confidence);
    const fresh = drawn(20_000, heavy, 2);
    const outside = fresh.filter((value) => Math.abs(value - (interval?.center ?? 0)) > (interval?.reach ?? 0)).length;
    expect(outside / fresh.length).toBeLessThan(1.5 * (1 - confidence) + 0.0005);
  });

  it('reaches as far beyond the largest of few values as an exponential tail', () => {
    const waiting = (rng: ReturnType<typeof createRng>): number => rng.exponential(1);
    const outside = Array.from({ length: 40 }, (_, seed) => {
      const interval = fitInterval(drawn(100, waiting, seed), 0.999);
      const fresh = drawn(2000, waiting, 1000 + seed);
      return fresh.filter((value) => Math.abs(value - (interval?.center ?? 0)) > (interval?.reach ?? 0)).length / 2000;
    });
    // The largest of 100 values would be exceeded by one in a hundred.
    expect(outside.reduce((sum, share) => sum + share, 0) / outside.length).toBeLessThan(0.005);
  });

  it('promises nothing of few values, or of one value that was not seen often enough', () => {
    const draw = (rng: ReturnType<typeof createRng>): number => rng.normal();
    expect(fitInterval(drawn(29, draw), 0.99)).toBeNull();
    expect(fitInterval(drawn(30, draw), 0.99)).not.toBeNull();
    expect(fitInterval(new Float64Array(99), 0.99)).toBeNull();
    expect(fitInterval(new Float64Array(100), 0.99)).toMatchObject({ center: 0 });
  });
});

describe('a scale', () => {
  it('gives values the mean 0 and the spread 1, and back', () => {
    const values = drawn(500, (rng) => 40 + 5 * rng.normal());
    const scale = fitScale(values);
    expect(scale.log).toBe(false);
    const standard = values.map((value) => standardised(scale, value));
    expect(standard.reduce((sum, value) => sum + value, 0) / 500).toBeCloseTo(0, 6);
    expect(standard.reduce((sum, value) => sum + value * value, 0) / 499).toBeCloseTo(1, 6);
    values.forEach((value, i) => {
      expect(original(scale, standard[i] ?? 0)).toBeCloseTo(value, 6);
    });
  });

  it('is a logarithm where values span orders of magnitude', () => {
    const values = drawn(500, (rng) => Math.exp(3 * rng.normal() + 8));
    const scale = fitScale(values);
    expect(scale.log).toBe(true);
    for (const value of [0, -5, 1, 1e6]) {
      expect(original(scale, standardised(scale, value))).toBeCloseTo(value, 3);
    }
  });

  it('of equal values keeps them apart from others', () => {
    const scale = fitScale(new Float64Array(50).fill(0.1));
    expect(standardised(scale, 0.1)).toBeCloseTo(0, 12);
    expect(standardised(scale, 0.2)).toBeCloseTo(0.1);
  });
});

it('counters only grow, whatever restarts there are', () => {
  expect(isCounter(drawn(100, () => 0).map((_, i) => 1000 + i))).toBe(true);
  expect(isCounter(drawn(100, () => 0).map((_, i) => i % 60))).toBe(true);
  expect(isCounter(drawn(100, (rng) => rng.int(1000)))).toBe(false);
  expect(isCounter(drawn(100, () => 5))).toBe(false);
});
