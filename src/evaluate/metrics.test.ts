import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auprc, auroc, decide, oracleF1 } from './metrics.ts';

const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 2,
  maxLength: 40,
});
const split = (pairs: [number, number][]) => [pairs.map(([s]) => s), pairs.map(([, l]) => l)] as const;

describe('metrics', () => {
  it('auroc is the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(cases, (pairs) => {
        const [scores, labels] = split(pairs);
        fc.pre(labels.includes(0) && labels.includes(1));
        let wins = 0;
        let all = 0;
        pairs.forEach(([a, la]) => {
          pairs.forEach(([b, lb]) => {
            if (la !== 1 || lb !== 0) return;
            all++;
            wins += a > b ? 1 : a === b ? 0.5 : 0;
          });
        });
        expect(auroc(scores, labels)).toBeCloseTo(wins / all, 10);
      }),
    );
  });

  it('the oracle is the best of all thresholds', () => {
    fc.assert(
      fc.property(cases, (pairs) => {
        const [scores, labels] = split(pairs);
        const all = [-1, 0, 1, 2, 3, 4, 5, 6].map((threshold) => decide(scores, labels, threshold).f1);
        expect(oracleF1(scores, labels)).toBeCloseTo(Math.max(...all), 10);
      }),
    );
  });

  it('agrees with figures worked out by hand', () => {
    const scores = [0.9, 0.8, 0.7, 0.6];
    const labels = [1, 0, 1, 0];
    const decision = decide(scores, labels, 0.65);
    expect(decision).toMatchObject({ truePositives: 2, falsePositives: 1, falseNegatives: 0, trueNegatives: 1 });
    expect(decision.precision).toBeCloseTo(2 / 3);
    expect(decision.recall).toBe(1);
    expect(decision.f1).toBeCloseTo(0.8);
    expect(decision.mcc).toBeCloseTo(2 / Math.sqrt(3 * 2 * 1 * 2));
    expect(auprc(scores, labels)).toBeCloseTo(0.5 + 0.5 * (2 / 3));
  });

  it('does not invent figures where a class is empty', () => {
    expect(auroc([1, 2], [0, 0])).toBeNaN();
    expect(auprc([1, 2], [0, 0])).toBeNaN();
    expect(decide([1, 2], [0, 0], 0)).toMatchObject({ precision: 0, recall: 0, f1: 0, mcc: 0 });
  });
});
