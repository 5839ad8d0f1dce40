import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { deeplog } from './deeplog.ts';
import { detectorCases } from './detector.case.ts';
import type { DetectorModel } from './detector.ts';

const SMALL = { window: 4, embedding: 8, hidden: 12, batchSize: 32, epochs: 25, lr: 0.02 };

detectorCases({ detector: deeplog, options: SMALL });

describe('deeplog', () => {
  test('scoring unique windows once gives exactly what scoring every window gives', async () => {
    const model = await deeplog.fit(loops(1), loops(2), { ...SMALL, seed: 1, threads: 1 });
    const all = await model.score(loops(3));
    const plain = loops(3);
    for (let s = 0; s < plain.count; s++) {
      const alone = await model.score(single(plain, s));
      // A product of matrices may round differently in a batch of another size: a few units in the last place.
      expectClose(all.nll.subarray(all.offsets[s], all.offsets[s + 1]), alone.nll, 1e-5);
      expect(all.rank.slice(all.offsets[s], all.offsets[s + 1])).toEqual(alone.rank);
    }
    await model.dispose();
  });

  test('score.onnx alone agrees with the model, with sessions of any length and padding on either side', async () => {
    const model = await deeplog.fit(loops(1), loops(2), { ...SMALL, seed: 1, threads: 1 });
    const { files } = await model.encode();
    const bytes = files.get('score.onnx');
    expect(bytes).toBeDefined();
    const session = await InferenceSession.create(bytes ?? new Uint8Array());
    const lists = [['a', 'b', 'c', 'a'], ['b'], ['a', 'unseen', 'b', 'c', 'a', 'b', 'c']];
    const vocabulary = new Map(model.description.vocabulary.map((name, code) => [name, code]));
    const own = await model.score(sequencesOf(lists));
    for (const left of [false, true]) {
      const T = 9;
      const keys = new BigInt64Array(lists.length * T);
      const mask = new Uint8Array(lists.length * T);
      const startOf = (list: readonly string[]): number => (left ? T - 1 - list.length : 0);
      lists.forEach((list, b) => {
        ['^', ...list].forEach((name, t) => {
          keys[b * T + startOf(list) + t] = BigInt(vocabulary.get(name) ?? 0);
          mask[b * T + startOf(list) + t] = 1;
        });
      });
      const { logProbs } = await session.run({
        keys: new Tensor('int64', keys, [lists.length, T]),
        mask: new Tensor('bool', mask, [lists.length, T]),
      });
      expect(logProbs?.dims).toEqual([lists.length, T, vocabulary.size]);
      const data = logProbs?.data as Float32Array;
      lists.forEach((list, b) => {
        const nll = [...list, '$'].map(
          (name, t) => -(data[(b * T + startOf(list) + t) * vocabulary.size + (vocabulary.get(name) ?? 0)] ?? 0),
        );
        expectClose(own.nll.subarray(own.offsets[b], own.offsets[b + 1]), nll, 1e-4);
      });
      const first = data.subarray(startOf(lists[0] ?? []) * vocabulary.size).subarray(0, vocabulary.size);
      expect(first.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4);
    }
    await session.release();
    await model.dispose();
  });

  test('training on unique windows with counts equals training on every window when each step sees them all', async () => {
    const once = loops(1);
    const twice = repeated(once, 3);
    const options = { ...SMALL, batchSize: 10_000, epochs: 3, seed: 1, threads: 1 };
    const [a, b] = [await deeplog.fit(once, once, options), await deeplog.fit(twice, twice, options)];
    const [left, right] = [await a.score(loops(3)), await b.score(loops(3))];
    // What is set aside for unseen keys depends on the number of training events, which is three times as large.
    const shift = ({ description }: DetectorModel): number => Math.log(1 + 1 / description.trainingEvents);
    const losses = (model: DetectorModel): number[] =>
      model.description.history.map((epoch) => epoch.trainLoss - shift(model));
    expectClose(losses(a), losses(b), 1e-5);
    expectClose(
      left.nll.map((nll) => nll - shift(a)),
      right.nll.map((nll) => nll - shift(b)),
      1e-3,
    );
    await Promise.all([a.dispose(), b.dispose()]);
  });

  test('reports each epoch, keeps the best and says how it stopped', async () => {
    const epochs: number[] = [];
    const options = { ...SMALL, patience: 2, epochs: 60, seed: 1, threads: 1 };
    const model = await deeplog.fit(loops(1), loops(2), { ...options, onEpoch: ({ epoch }) => epochs.push(epoch) });
    const { history, hyperParameters } = model.description;
    expect(epochs).toEqual(history.map(({ epoch }) => epoch));
    const best = Math.min(...history.map(({ validationLoss }) => validationLoss));
    expect(history[Number(hyperParameters.bestEpoch) - 1]?.validationLoss).toBe(best);
    await model.dispose();
    const without = await deeplog.fit(loops(1), sequencesOf([]), { ...options, epochs: 3 });
    expect(without.description.history).toHaveLength(3);
    expect(without.description.hyperParameters.stopping).toMatch(/no validation/);
    await without.dispose();
  });

  test('works with one layer, three layers and a window of one key', async () => {
    for (const sizes of [{ layers: 1 }, { layers: 3 }, { window: 1 }]) {
      const model = await deeplog.fit(loops(1), loops(2), { ...SMALL, epochs: 2, ...sizes, seed: 1, threads: 1 });
      const decoded = await deeplog.decode(await model.encode());
      expect((await decoded.score(loops(3))).nll).toEqual((await model.score(loops(3))).nll);
      await Promise.all([model.dispose(), decoded.dispose()]);
    }
  });

  test.each([{ window: 0 }, { hidden: 1.5 }, { epochs: -1 }, { lr: 0 }, { lr: Number.NaN }])(
    'refuses to train with %o',
    async (wrong) => {
      await expect(deeplog.fit(loops(1), loops(2), { ...SMALL, ...wrong, seed: 1 })).rejects.toMatchObject({
        code: 'E_USAGE',
      });
    },
  );

  test('rejects a description that does not fit the weights', async () => {
    const model = await deeplog.fit(loops(1), loops(2), { ...SMALL, epochs: 1, seed: 1, threads: 1 });
    const encoded = await model.encode();
    const { description } = encoded;
    const wrong = [
      { ...description, kind: 'logmamba' },
      { ...description, vocabulary: [...description.vocabulary, 'more'] },
      { ...description, vocabulary: [...description.vocabulary.slice(0, -1), '^'] },
      { ...description, hyperParameters: { ...description.hyperParameters, hidden: 13 } },
      { ...description, hyperParameters: { ...description.hyperParameters, layers: 1 } },
      { ...description, hyperParameters: { ...description.hyperParameters, window: 'ten' } },
      { ...description, hyperParameters: { ...description.hyperParameters, aggregate: 'median' } },
      { ...description, trainingEvents: -1 },
    ];
    for (const changed of wrong) {
      await expect(deeplog.decode({ ...encoded, description: changed })).rejects.toMatchObject({
        code: 'E_MODEL_CORRUPT',
      });
    }
    await model.dispose();
  });
});

// --- internal ---

/** Sessions that go round a, b, c, with a stray key now and then. */
function loops(seed: number): SequenceSet {
  const rng = createRng(seed);
  const lists = Array.from({ length: 30 }, () =>
    Array.from({ length: 2 + rng.int(8) }, (_, i) => (rng.next() < 0.1 ? 'stray' : (['a', 'b', 'c'][i % 3] ?? ''))),
  );
  return sequencesOf(lists);
}

function single(set: SequenceSet, s: number): SequenceSet {
  return sequencesOf([
    Array.from(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), (key) => set.keyNames[key] ?? ''),
  ]);
}

function repeated(set: SequenceSet, times: number): SequenceSet {
  const lists = Array.from({ length: set.count }, (_, s) =>
    Array.from(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), (key) => set.keyNames[key] ?? ''),
  );
  return sequencesOf(Array.from({ length: times }, () => lists).flat());
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++)
    expect(Math.abs((actual[i] ?? 0) - (expected[i] ?? 0))).toBeLessThan(tolerance);
}
