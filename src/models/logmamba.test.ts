import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { buildVocabulary, sequencesOf } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { detectorCases } from './detector.case.ts';
import type { DetectorModel, StreamScores } from './detector.ts';
import { logmamba } from './logmamba.ts';

const SMALL = { hidden: 16, heads: 2, state: 4, row: 16, batchSize: 8, epochs: 60, patience: 60, lr: 0.02 };

detectorCases({ detector: logmamba, options: SMALL });

describe('with Mamba-1 blocks', () => {
  detectorCases({ detector: logmamba, options: { ...SMALL, variant: 'mamba-1', hidden: 8, state: 2, epochs: 30 } });
});

describe('by windows', () => {
  detectorCases({ detector: logmamba, options: { ...SMALL, window: 4, batchSize: 32, hidden: 8, epochs: 25 } });
});

describe('logmamba', () => {
  test('a session longer than a chunk is judged as a stream of single events judges it', async () => {
    const model = await logmamba.fit(walks(1, 30, 20), walks(2, 10, 20), { ...SMALL, epochs: 5, seed: 1, threads: 1 });
    const long = walks(3, 1, 150);
    const whole = await model.score(long);
    let state: Float32Array | null = null;
    const nll: number[] = [];
    for (let at = 0; at < 150; at++) {
      const one = { ...slice(long, at, at + 1), closed: Uint8Array.of(at === 149 ? 1 : 0) };
      const { scores, states }: StreamScores = (await model.step?.([state], one)) ?? { scores: whole, states: [] };
      nll.push(...scores.nll);
      state = states[0] ?? null;
    }
    expectClose(nll, whole.nll, 1e-4);
    await model.dispose();
  });

  test.each([
    { title: 'Mamba-2', options: {} },
    { title: 'Mamba-1', options: { variant: 'mamba-1' } },
    { title: 'windows', options: { window: 3 } },
  ] as const)(
    'score.onnx and step.onnx of $title alone agree with the model, also with padding',
    async ({ options }) => {
      const settings = { ...SMALL, ...options, epochs: 5, seed: 1, threads: 1 };
      const model = await logmamba.fit(walks(1, 30, 9), walks(2, 10, 9), settings);
      const { files } = await model.encode();
      const lists = [['a', 'b', 'c', 'a'], ['b'], ['a', 'unseen', 'b', 'c', 'a', 'b', 'c']];
      const own = await model.score(sequencesOf(lists));
      for (const [file, left] of [
        ['score.onnx', false],
        ['score.onnx', true],
        ['step.onnx', false],
      ] as const) {
        if (file === 'step.onnx' && 'window' in options) continue;
        const session = await InferenceSession.create(files.get(file) ?? new Uint8Array());
        const T = 9;
        const keys = new BigInt64Array(lists.length * T);
        const mask = new Uint8Array(lists.length * T);
        const startOf = (list: readonly string[]): number => (left ? T - 1 - list.length : 0);
        lists.forEach((list, b) => {
          ['^', ...list].forEach((name, t) => {
            keys[b * T + startOf(list) + t] = BigInt(Math.max(0, model.description.vocabulary.indexOf(name)));
            mask[b * T + startOf(list) + t] = 1;
          });
        });
        const feeds: Record<string, Tensor> = {
          keys: new Tensor('int64', keys, [lists.length, T]),
          mask: new Tensor('bool', mask, [lists.length, T]),
        };
        const size = stateSizeOf(model);
        if (file === 'step.onnx')
          feeds.state_in = new Tensor('float32', new Float32Array(lists.length * size), [lists.length, size]);
        const { logProbs } = await session.run(feeds);
        const V = model.description.vocabulary.length;
        expect(logProbs?.dims).toEqual([lists.length, T, V]);
        const data = logProbs?.data as Float32Array;
        lists.forEach((list, b) => {
          const nll = [...list, '$'].map((name, t) => {
            const code = Math.max(0, model.description.vocabulary.indexOf(name));
            return -(data[(b * T + startOf(list) + t) * V + code] ?? 0);
          });
          expectClose(own.nll.subarray(own.offsets[b], own.offsets[b + 1]), nll, 1e-4);
        });
        await session.release();
      }
      await model.dispose();
    },
  );

  test('repeated sessions count as often as they occur', async () => {
    const once = walks(1, 20, 6);
    const options = { ...SMALL, batchSize: 1000, epochs: 3, reorderings: 0, seed: 1, threads: 1 };
    const vocabulary = buildVocabulary(once);
    expect(vocabulary.size).toBe(6);
    const twice = sequencesOf(listsOf(once).flatMap((list) => [list, list]));
    const [a, b] = [await logmamba.fit(once, once, options), await logmamba.fit(twice, twice, options)];
    // What is set aside for unseen keys depends on the number of training events.
    const losses = (model: DetectorModel): number[] =>
      model.description.history.map((epoch) => epoch.trainLoss - Math.log(1 + 1 / model.description.trainingEvents));
    expectClose(losses(a), losses(b), 1e-4);
    await Promise.all([a.dispose(), b.dispose()]);
  });

  test.each([
    { heads: 3 },
    { convolution: 1 },
    { weightDecay: -1 },
    { lr: 0 },
    { window: 0 },
    { dropout: 1 },
    { reorderings: -1 },
    { swaps: 0 },
  ])('refuses to train with %o', async (wrong) => {
    await expect(logmamba.fit(walks(1, 5, 5), walks(2, 5, 5), { ...SMALL, ...wrong, seed: 1 })).rejects.toMatchObject({
      code: 'E_USAGE',
    });
  });

  test('finds orders usual of which training showed the parts, but never together', async () => {
    const shown = ['a b m c d', 'b a m c d', 'a b m d c'].flatMap((list) => Array.from({ length: 20 }, () => list));
    const set = sequencesOf(shown.map((list) => list.split(' ')));
    const nothing = sequencesOf([]);
    const surprise = async (reorderings: number): Promise<number> => {
      const options = { ...SMALL, epochs: 40, dropout: 0, reorderings, seed: 1, threads: 1 };
      const model = await logmamba.fit(set, nothing, options);
      const { sequence } = await model.score(sequencesOf([['b', 'a', 'm', 'd', 'c']]));
      await model.dispose();
      return sequence[0]!;
    };
    expect(await surprise(10)).toBeLessThan((await surprise(0)) / 2);
    // Where one pass is all that there is time for, there are no copies.
    const few = { ...SMALL, maxSteps: 1, reorderings: 10, seed: 1, threads: 1 };
    const [once, never] = [
      await logmamba.fit(set, nothing, few),
      await logmamba.fit(set, nothing, { ...few, reorderings: 0 }),
    ];
    expect((await once.score(set)).nll).toEqual((await never.score(set)).nll);
    await Promise.all([once.dispose(), never.dispose()]);
  });

  test('learns with dropout, the same for the same seed, and judges without', async () => {
    const options = { ...SMALL, epochs: 20, seed: 1, threads: 1 };
    const learned = (dropout: number): Promise<DetectorModel> =>
      logmamba.fit(walks(1, 40, 12), walks(2, 20, 12), { ...options, dropout });
    const [plain, a, b] = [await learned(0), await learned(0.2), await learned(0.2)];
    const scores = async (model: DetectorModel): Promise<Float32Array> => (await model.score(walks(3, 9, 9))).nll;
    expect(await scores(a)).toEqual(await scores(b));
    expect(await scores(a)).not.toEqual(await scores(plain));
    expect(await scores(a)).toEqual(await scores(a));
    await Promise.all([plain, a, b].map((model) => model.dispose()));
  });

  test('works with a short and a long convolution, with one layer and with short rows', async () => {
    for (const sizes of [{ convolution: 2 }, { layers: 1 }, { convolution: 6, row: 4 }]) {
      const model = await logmamba.fit(walks(1, 20, 9), walks(2, 9, 9), {
        ...SMALL,
        epochs: 2,
        ...sizes,
        seed: 1,
        threads: 1,
      });
      const decoded = await logmamba.decode(await model.encode());
      expect((await decoded.score(walks(3, 9, 9))).nll).toEqual((await model.score(walks(3, 9, 9))).nll);
      await Promise.all([model.dispose(), decoded.dispose()]);
    }
  });
});

/** Sessions that go round `a b c` with an occasional step back. */
function walks(seed: number, count: number, length: number): SequenceSet {
  const rng = createRng(seed);
  return sequencesOf(
    Array.from({ length: count }, () => {
      let at = rng.int(3);
      return Array.from({ length }, () => {
        at = (at + (rng.next() < 0.1 ? 2 : 1)) % 3;
        return 'abc'[at] ?? 'a';
      });
    }),
  );
}

function listsOf(set: SequenceSet): string[][] {
  return Array.from({ length: set.count }, (_, s) =>
    [...set.keys.subarray(set.offsets[s], set.offsets[s + 1])].map((key) => set.keyNames[key] ?? ''),
  );
}

/** Events `from` to `to` of a set of one sequence. */
function slice(set: SequenceSet, from: number, to: number): SequenceSet {
  return { ...set, offsets: Int32Array.of(0, to - from), keys: set.keys.slice(from, to) };
}

/** Per block: the last inputs of the convolution and the memory. */
function stateSizeOf({ description: { hyperParameters } }: DetectorModel): number {
  const of = (name: string): number => Number(hyperParameters[name]);
  const inner = of('expand') * of('hidden');
  const channels = hyperParameters.variant === 'mamba-1' ? inner : inner + 2 * of('state');
  return of('layers') * ((of('convolution') - 1) * channels + inner * of('state'));
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(tolerance);
}
