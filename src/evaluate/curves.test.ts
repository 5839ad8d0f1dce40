import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Curve, curvesOf } from './curves.ts';
import { auprc, auroc } from './metrics.ts';

const labelled = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1 })), { minLength: 2, maxLength: 60 })
  .filter((pairs) => new Set(pairs.map(([, label]) => label)).size === 2);

/** Area below straight lines between the points. */
function area(curve: Curve): number {
  return curve.slice(1).reduce((sum, [x, y], i) => {
    const [before = 0, yBefore = 0] = curve[i] ?? [];
    return sum + ((x - before) * (y + yBefore)) / 2;
  }, 0);
}

it('the areas below the curves are those of the metrics', () => {
  fc.assert(
    fc.property(labelled, (pairs) => {
      const [scores, labels] = [pairs.map(([score]) => score), pairs.map(([, label]) => label)];
      const { roc, precisionRecall } = curvesOf(scores, labels);
      expect(area(roc)).toBeCloseTo(auroc(scores, labels), 2);
      const steps = precisionRecall.reduce(
        (sum, [recall, precision], i) => sum + (recall - (precisionRecall[i - 1]?.[0] ?? 0)) * precision,
        0,
      );
      expect(steps).toBeCloseTo(auprc(scores, labels), 2);
    }),
  );
});

it('has few points however many scores, and keeps the ends', () => {
  const scores = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_011);
  const { roc } = curvesOf(
    scores,
    scores.map((score) => (score % 3 === 0 ? 1 : 0)),
  );
  expect(roc.length).toBeLessThan(250);
  expect(roc[0]).toEqual([0, 0]);
  expect(roc.at(-1)).toEqual([1, 1]);
});

it('the bins of each class hold all of it, the huge ones in the last', () => {
  const scores = [...Array.from({ length: 300 }, (_, i) => i / 300), 1e9, 2e9];
  const labels = scores.map((score) => (score > 0.9 ? 1 : 0));
  const { histogram } = curvesOf(scores, labels);
  expect(histogram.to).toBeLessThan(2);
  for (const shares of [histogram.normal, histogram.anomalous]) {
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);
  }
});
