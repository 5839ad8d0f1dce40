import { describe, expect, it } from 'vitest';
import { flagEverything } from '../models/flag-everything.ts';
import { unseenKey } from '../models/floors.ts';
import { isolationForest } from '../models/isolation-forest.ts';
import { sessionLength } from '../models/length.ts';
import { sequencesOf } from '../sequence/index.ts';
import { createRng } from '../util/rng.ts';
import { compare } from './compare.ts';

const rng = createRng(1);
const normal = (): string[] => ['open', ...Array.from({ length: 1 + rng.int(4) }, () => 'read'), 'close'];
const train = sequencesOf(Array.from({ length: 200 }, normal));
const test = sequencesOf(
  [...Array.from({ length: 40 }, normal), ...Array.from({ length: 10 }, () => [...normal(), 'exploit'])],
  { labels: [...Array<number>(40).fill(0), ...Array<number>(10).fill(1)] },
);
const options = { seeds: [1, 2, 3], validationSplit: 0.15, score: 'nll' } as const;

describe('compare', () => {
  it('gives each detector every seed, and the mean and the standard deviation of its runs', async () => {
    const { results } = await compare([isolationForest], [flagEverything], train, test, options);
    const [forest, everything] = results;
    expect(forest?.runs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    const values = forest?.runs.map(({ auroc }) => auroc) ?? [];
    const mean = values.reduce((sum, value) => sum + value, 0) / 3;
    expect(forest?.mean.auroc).toBeCloseTo(mean, 12);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(forest?.spread.auroc).toBeCloseTo(Math.sqrt(squares / 2), 12);
    expect(everything?.mean).toMatchObject({ recall: 1, precision: 0.2, auroc: 0.5, mcc: 0, detectionDelay: 1 });
  });

  it('says which model a baseline beats, and by which', async () => {
    const { beaten } = await compare([sessionLength], [flagEverything, unseenKey], train, test, options);
    expect(beaten).toEqual([{ model: 'length', by: 'unseen-key' }]);
    const winner = await compare([unseenKey], [flagEverything], train, test, options);
    expect(winner.beaten).toEqual([]);
  });

  it('compares each pair once, and a baseline that was named as a model only once', async () => {
    const report = await compare([unseenKey, sessionLength], [unseenKey, flagEverything], train, test, options);
    expect(report.results.map(({ model }) => model)).toEqual(['unseen-key', 'length', 'flag-everything']);
    expect(report.agreement.map(({ a, b }) => `${a} ${b}`)).toEqual([
      'unseen-key length',
      'unseen-key flag-everything',
      'length flag-everything',
    ]);
  });
});
