import { describe, expect, it } from 'vitest';
import { crossFit, type Detector, deeplog, holdOuts } from '../models/index.ts';
import { sequencesOf } from '../sequence/index.ts';
import type { StepReport } from '../train/index.ts';
import { createRng } from '../util/rng.ts';
import { openFoldThreads } from './fold-threads.ts';

const rng = createRng(1);
const set = sequencesOf(
  Array.from({ length: 2000 }, () => Array.from({ length: 11 }, (_, i) => 'abc'[(i + rng.int(2)) % 3] ?? '')),
);
const options = { hidden: 8, layers: 1, embedding: 4, epochs: 2, batchSize: 256, seed: 1, threads: 1 };

describe('openFoldThreads', () => {
  it.each([2, 3])('gives what folds give that are trained one after the other: %i folds', async (folds) => {
    const splits = holdOuts(set, { seed: 1, folds, validationSplit: 0.15 });
    const outcome = async (more: object): Promise<unknown> => {
      const { model, held } = await crossFit(deeplog, set, splits, { ...options, ...more });
      const scores = await model.score(set);
      await model.dispose();
      const history = model.description.history.map(({ seconds: _, ...report }) => report);
      return { held, scores, history };
    };
    const steps: StepReport[] = [];
    const aside = await outcome({ foldThreads: openFoldThreads(2), onStep: (step: StepReport) => steps.push(step) });
    expect(aside).toEqual(await outcome({}));
    // Only what the calling thread trains is reported, from 0 to all.
    const parts = folds === 2 ? ['1/2', '2/2'] : ['1/3', '2/3', '3/3'];
    expect(parts).toEqual(expect.arrayContaining([...new Set(steps.map(({ part, parts }) => `${part}/${parts}`))]));
  });

  it('ends with the error of a thread, and with the first of all', async () => {
    const splits = holdOuts(set, { seed: 1, validationSplit: 0.15 });
    const foldThreads = openFoldThreads(2);
    const unknown: Detector = { ...deeplog, name: 'nobody knows' };
    await expect(crossFit(unknown, set, splits, { ...options, foldThreads })).rejects.toMatchObject({
      code: 'E_INTERNAL',
      message: expect.stringContaining('nobody knows'),
    });
    const failing = (): void => {
      throw new Error('stopped here');
    };
    await expect(crossFit(deeplog, set, splits, { ...options, foldThreads, onStep: failing })).rejects.toThrow(
      'stopped here',
    );
  });
});
