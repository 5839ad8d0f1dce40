import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import { createRng } from '../util/rng.ts';
import { detectorCases } from './detector.case.ts';
import { flagEverything } from './flag-everything.ts';
import { isolationForest } from './isolation-forest.ts';
import { pca } from './pca.ts';
import { principalComponents } from './principal-components.ts';

detectorCases({ detector: flagEverything, options: {}, blindTo: ['order', 'place', 'new keys', 'grammar'] });
detectorCases({ detector: pca, options: {}, blindTo: ['order', 'place', 'amounts'] });
detectorCases({ detector: isolationForest, options: {}, blindTo: ['order', 'place', 'new keys', 'grammar'] });

/** Sessions with as many writes as reads. */
const balanced = (seed: number, count: number): string[][] => {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => {
    const times = 1 + rng.int(8);
    return [...Array<string>(times).fill('read'), ...Array<string>(times).fill('write')];
  });
};

describe('principal components', () => {
  test('are those of the covariance matrix: variances by power iteration equal those worked out', () => {
    // Points of an ellipse whose axes are turned by 30 degrees, 3 and 1 long: one axis holds 9 parts of 10.
    const axis = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)] as const;
    const points = Array.from({ length: 360 }, (_, degree) => {
      const [x, y] = [3 * Math.cos((degree * Math.PI) / 180), Math.sin((degree * Math.PI) / 180)];
      return Float64Array.of(5 + x * axis[0] - y * axis[1], x * axis[1] + y * axis[0] - 2);
    });
    const { mean, directions } = principalComponents(points, { share: 0.89, most: 5, rng: createRng(1) });
    expect(mean[0]).toBeCloseTo(5);
    expect(mean[1]).toBeCloseTo(-2);
    expect(directions).toHaveLength(1);
    const [x = 0, y = 0] = directions[0] ?? [];
    expect(Math.abs(x * axis[0] + y * axis[1])).toBeCloseTo(1, 6);
    expect(principalComponents(points, { share: 0.91, most: 5, rng: createRng(1) }).directions).toHaveLength(2);
  });
});

describe('pca', () => {
  test('sees counts that go apart, and not more of the same', async () => {
    const model = await pca.fit(sequencesOf(balanced(1, 200)), sequencesOf([]), { seed: 1 });
    const of = (reads: number, writes: number): string[] => [
      ...Array<string>(reads).fill('read'),
      ...Array<string>(writes).fill('write'),
    ];
    const { sequence } = await model.score(sequencesOf([of(4, 4), of(30, 30), of(8, 1)]));
    expect(sequence[0]).toBeLessThan(1e-9);
    expect(sequence[1]).toBeLessThan(1e-9);
    expect(sequence[2]).toBeGreaterThan(1);
  });
});

describe('isolation-forest', () => {
  test('isolates the few sessions that are far from the rest, by scores from 0 to 1', async () => {
    const rng = createRng(2);
    const session = (reads: number, writes: number): string[] => [
      ...Array<string>(reads).fill('read'),
      ...Array<string>(writes).fill('write'),
    ];
    const usual = Array.from({ length: 250 }, () => session(8 + rng.int(4), 8 + rng.int(4)));
    const rare = [session(40, 10), session(9, 60), session(30, 0)];
    const model = await isolationForest.fit(sequencesOf([...usual, ...rare]), sequencesOf([]), { seed: 1 });
    const { sequence: low } = await model.score(sequencesOf(usual));
    const { sequence: high, nll } = await model.score(sequencesOf(rare));
    expect(Math.min(...high)).toBeGreaterThan(Math.max(...low));
    expect(Math.max(...high)).toBeLessThan(1);
    expect(nll.at(-1)).toBe(high.at(-1));
  });

  test('grows another forest from another seed', async () => {
    const train = sequencesOf(balanced(1, 100));
    const scores = async (seed: number): Promise<Float32Array> =>
      (await (await isolationForest.fit(train, sequencesOf([]), { seed })).score(train)).sequence;
    expect(await scores(1)).not.toEqual(await scores(2));
  });
});
