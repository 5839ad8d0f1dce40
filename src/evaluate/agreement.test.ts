import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreement } from './agreement.ts';

/** Scores of two detectors, neither of which says the same of all. */
const pairs = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })), { minLength: 3, maxLength: 30 })
  .filter((list) => [0, 1].every((side) => new Set(list.map((pair) => pair[side])).size > 1));

describe('agreement', () => {
  it('is complete with itself and opposite with its negative', () => {
    const scores = [0.1, 5, 3, 3, -2];
    const negative = scores.map((score) => -score);
    const same = agreement(scores, scores, 2);
    expect(same.jaccard).toBe(1);
    const opposite = agreement(scores, negative, 2);
    for (const name of ['spearman', 'pearson', 'kendall'] as const) {
      expect(same[name]).toBeCloseTo(1);
      expect(opposite[name]).toBeCloseTo(-1);
    }
  });

  it('by ranks, does not change when a score is stretched', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [a, b] = [list.map(([x]) => x), list.map(([, y]) => y)];
        const plain = agreement(a, b, 3);
        const stretched = agreement(
          a.map((x) => Math.exp(x)),
          b,
          3,
        );
        expect(stretched.spearman).toBeCloseTo(plain.spearman, 10);
        expect(stretched.kendall).toBeCloseTo(plain.kendall, 10);
        expect(stretched.jaccard).toBe(plain.jaccard);
      }),
    );
  });

  it('by Kendall is what counting every pair gives', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [a, b] = [list.map(([x]) => x), list.map(([, y]) => y)];
        let balance = 0;
        let untiedA = 0;
        let untiedB = 0;
        list.forEach(([xi, yi], i) => {
          list.slice(i + 1).forEach(([xj, yj]) => {
            balance += Math.sign(xi - xj) * Math.sign(yi - yj);
            untiedA += xi === xj ? 0 : 1;
            untiedB += yi === yj ? 0 : 1;
          });
        });
        expect(agreement(a, b, 3).kendall).toBeCloseTo(balance / Math.sqrt(untiedA * untiedB), 10);
      }),
    );
  });

  it('counts all that tie with the last of the top', () => {
    expect(agreement([3, 2, 2, 1], [3, 2, 1, 1], 2).jaccard).toBeCloseTo(2 / 3);
  });

  it('is unknown where a detector says the same of all', () => {
    const { spearman, pearson, kendall } = agreement([1, 1, 1], [1, 2, 3], 1);
    expect([spearman, pearson, kendall]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});
