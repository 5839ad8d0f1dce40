import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import type { CheckpointStore, StepReport } from '../train/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { crossFit, holdOuts } from './cross-fit.ts';
import { deeplog } from './deeplog.ts';
import { ensemble } from './ensemble.ts';
import { unseenCountVector } from './floors.ts';
import { logmamba } from './logmamba.ts';

const SMALL = { hidden: 8, layers: 1, epochs: 12, patience: 3, lr: 0.02, seed: 1, threads: 1 };

describe('holdOuts', () => {
  const idsOf = (set: SequenceSet): readonly string[] => set.ids;

  test('holds out every sequence once, of the others', () => {
    const set = sessions(1, 50);
    for (const folds of [2, 3, 7]) {
      const splits = holdOuts(set, { seed: 5, folds, validationSplit: 0.15 });
      expect(splits).toHaveLength(folds);
      expect(splits.flatMap(({ validation }) => idsOf(validation)).sort()).toEqual([...set.ids].sort());
      for (const { train, validation } of splits) {
        expect([...idsOf(train), ...idsOf(validation)].sort()).toEqual([...set.ids].sort());
        expect(Math.abs(validation.count - 50 / folds)).toBeLessThan(1);
      }
    }
    const [a, b] = [1, 2].map((seed) => holdOuts(set, { seed, validationSplit: 0.15 })[0]?.validation.ids);
    expect(a).not.toEqual(b);
  });

  test('holds out a share once where that is enough, or where nothing else is asked for', () => {
    const small = sessions(1, 50);
    const large = sequencesOf(Array.from({ length: 30_000 }, () => ['a']));
    expect(holdOuts(large, { seed: 1, validationSplit: 0.15 })).toMatchObject([{ validation: { count: 4500 } }]);
    expect(holdOuts(large, { seed: 1, validationSplit: 0.1 })).toHaveLength(2);
    expect(holdOuts(small, { seed: 1, folds: 1, validationSplit: 0.2 })).toMatchObject([{ validation: { count: 10 } }]);
    expect(holdOuts(small, { seed: 1, validationSplit: 0 })).toMatchObject([{ validation: { count: 0 } }]);
    expect(holdOuts(sessions(1, 1), { seed: 1, validationSplit: 0.15 })).toMatchObject([{ train: { count: 1 } }]);
  });
});

describe('crossFit', () => {
  test('scores each held-out sequence by a model that has not seen it, and learns from all', async () => {
    // Each sequence has a key of its own: whoever learned from it would not be surprised.
    const set = sequencesOf(Array.from({ length: 9 }, (_, i) => ['a', `own ${i}`]));
    const splits = holdOuts(set, { seed: 1, folds: 3, validationSplit: 0.15 });
    const { model, held } = await crossFit(unseenCountVector, set, splits, { seed: 1 });
    expect([...held.sequence]).toEqual(Array.from({ length: 9 }, () => 1));
    expect([...held.offsets]).toEqual(Array.from({ length: 10 }, (_, s) => 3 * s));
    expect(Math.max(...(await model.score(set)).sequence)).toBe(0);
    await model.dispose();
  });

  test.each([deeplog, logmamba])('$name trains for as long as was best on what was held out', async (detector) => {
    const set = sessions(2, 60);
    const steps: StepReport[] = [];
    const epochs: number[] = [];
    const { model, held } = await crossFit(detector, set, holdOuts(set, { seed: 1, validationSplit: 0.15 }), {
      ...SMALL,
      onStep: (step) => steps.push(step),
      onEpoch: ({ epoch }) => epochs.push(epoch),
    });
    const { history, hyperParameters, trainingEvents } = model.description;
    const losses = history.map(({ validationLoss }) => validationLoss);
    expect(losses.indexOf(Math.min(...losses))).toBe(history.length - 1);
    expect(hyperParameters).toMatchObject({ bestEpoch: history.length, stopping: 'mean validation loss of the folds' });
    expect(trainingEvents).toBe(set.keys.length);
    expect(held.sequence.length).toBe(set.count);
    // Only the last training's epochs are the model's.
    expect(epochs).toEqual(history.map(({ epoch }) => epoch));
    expect([...new Set(steps.map(({ part, parts }) => `${part}/${parts}`))]).toEqual(['1/3', '2/3', '3/3']);
    await model.dispose();
  });

  test('runs all epochs where every sequence is learned from for a key that it alone has', async () => {
    const set = sequencesOf(Array.from({ length: 6 }, (_, i) => ['a', `own ${i}`]));
    const splits = holdOuts(set, { seed: 1, validationSplit: 0.15, learnEveryKey: true });
    const { model, held } = await crossFit(deeplog, set, splits, { ...SMALL, ...{ epochs: 3 } });
    expect(held.sequence.length).toBe(0);
    expect(model.description.history).toHaveLength(3);
    await model.dispose();
  });

  test('the ensemble has the held-out scores of its members, as the gate that judges passes them', async () => {
    const set = sessions(3, 60);
    const splits = holdOuts(set, { seed: 1, validationSplit: 0.15 });
    const { model, held } = await crossFit(ensemble, set, splits, SMALL);
    expect(held.sequence.length).toBe(set.count);
    expect(Math.min(...held.sequence)).toBeGreaterThanOrEqual(0);
    expect(model.description.hyperParameters.calibration).toBe('held-out sequences of 2 folds, counts of 20');
    const odd = await model.score(sequencesOf([['c', 'c', 'never', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a']]));
    expect(odd.sequence[0]).toBeGreaterThan(Math.max(...held.sequence));
    const again = await ensemble.decode(await model.encode());
    expect(await again.score(set)).toEqual(await model.score(set));
    await Promise.all([model.dispose(), again.dispose()]);
  });

  test.each([deeplog, ensemble])('$name that is killed in any of its trainings goes on there', async (detector) => {
    const set = sessions(4, 40);
    const splits = holdOuts(set, { seed: 1, validationSplit: 0.15 });
    const outcome = async (more: object): Promise<unknown> => {
      const { model, held } = await crossFit(detector, set, splits, { ...SMALL, ...more });
      const scores = await model.score(set);
      await model.dispose();
      return { scores, held };
    };
    let steps = 0;
    const unbroken = await outcome({ onStep: () => steps++ });
    for (const kill of [2, Math.floor(steps / 2), steps - 1]) {
      const checkpoint = { store: memoryStore(), every: 1, resume: true };
      let left = kill;
      const onStep = (): void => {
        if (--left === 0) throw new Error('killed');
      };
      await expect(outcome({ checkpoint, onStep })).rejects.toThrow('killed');
      let made = 0;
      expect(await outcome({ checkpoint, onStep: () => made++ })).toEqual(unbroken);
      expect(made).toBeLessThanOrEqual(steps - kill + 1);
    }
  });
});

// --- internal ---

/** Sessions that go round a, b, c, with a stray key now and then. */
function sessions(seed: number, count: number): SequenceSet {
  const rng = createRng(seed);
  return sequencesOf(
    Array.from({ length: count }, () =>
      Array.from({ length: 2 + rng.int(8) }, (_, i) => (rng.next() < 0.1 ? 'stray' : ('abc'[i % 3] ?? ''))),
    ),
  );
}

function memoryStore(): CheckpointStore {
  let kept: Uint8Array | null = null;
  const parts = new Map<number, CheckpointStore>();
  return {
    read: async () => kept,
    write: async (checkpoint) => {
      kept = checkpoint;
    },
    part: (number) => {
      const part = parts.get(number) ?? memoryStore();
      parts.set(number, part);
      return part;
    },
  };
}
