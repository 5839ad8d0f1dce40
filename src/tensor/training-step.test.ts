import { describe, expect, test } from 'vitest';
import { createRng } from '../util/rng.ts';
import {
  adam,
  adamW,
  add,
  averaged,
  buildTrainingStep,
  clipByNorm,
  createTrainer,
  float32,
  glorotUniform,
  input,
  linearDecay,
  matmul,
  mul,
  type Optimizer,
  reduceMean,
  reduceSum,
  sgd,
  square,
  sub,
  type Tensors,
  type Trainer,
  tanh,
} from './index.ts';

/** A network of two layers on fixed data. */
async function learn(
  optimizer: Optimizer,
  threads: number,
  steps: number,
): Promise<{ losses: number[]; weights: Tensors }> {
  const rng = createRng(3);
  const x = input('x', [64, 8]);
  const y = input('y', [64, 1]);
  const parameters = { first: input('first', [8, 16]), second: input('second', [16, 1]) };
  const loss = reduceMean(square(sub(matmul(tanh(matmul(x, parameters.first)), parameters.second), y)));
  const step = buildTrainingStep({ loss, parameters, optimizer });
  const trainer = await createTrainer(
    step,
    { first: glorotUniform(rng, 8, 16), second: glorotUniform(rng, 16, 1) },
    { threads },
  );
  const inputs = Float32Array.from({ length: 64 * 8 }, () => rng.normal());
  const targets = Float32Array.from({ length: 64 }, (_, row) => Math.sin(inputs[row * 8] ?? 0));
  const losses: number[] = [];
  for (let i = 0; i < steps; i++)
    losses.push(await trainer.step({ x: float32([64, 8], inputs), y: float32([64, 1], targets) }));
  const weights = trainer.parameters();
  await trainer.dispose();
  return { losses, weights };
}

describe('a training step', () => {
  test.each([
    ['adam', adam({ lr: 0.02 })],
    ['sgd', sgd({ lr: 0.1 })],
  ])('%s makes the loss small', async (_, optimizer) => {
    const { losses } = await learn(optimizer, 1, 200);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 10);
  });

  test.each([1, 2])('the same seed gives the same weights to the bit on %i threads', async (threads) => {
    const [first, second] = [await learn(adam(), threads, 20), await learn(adam(), threads, 20)];
    expect(first).toEqual(second);
  });

  test('is one graph with weights, state and batch going in and new ones and the loss coming out', () => {
    const p = input('p', [2]);
    const { graph } = buildTrainingStep({
      loss: reduceSum(square(sub(p, input('x', [2])))),
      parameters: { p },
      optimizer: adam(),
    });
    expect([...graph.inputs.keys()].sort()).toEqual([
      'adam.mean.vectors',
      'adam.square.vectors',
      'adam.step',
      'p',
      'x',
    ]);
    expect([...graph.outputs.keys()].sort()).toEqual([
      'loss',
      'new.adam.mean.vectors',
      'new.adam.square.vectors',
      'new.adam.step',
      'new.p',
    ]);
  });
});

describe('adam', () => {
  test('follows the published algorithm', async () => {
    const target = [1, -2, 0.5];
    const p = input('p', [3]);
    const loss = reduceSum(square(sub(p, input('x', [3]))));
    const schedule = linearDecay(0.1, 30);
    const trainer = await createTrainer(
      buildTrainingStep({ loss, parameters: { p }, optimizer: adam({ lr: schedule, beta1: 0.8, beta2: 0.95 }) }),
      { p: float32([3], [0, 0, 0]) },
      { threads: 1 },
    );
    // The slow and obvious version.
    const expected = [0, 0, 0];
    const mean = [0, 0, 0];
    const spread = [0, 0, 0];
    for (let t = 1; t <= 30; t++) {
      await trainer.step({ x: float32([3], target) });
      const lr = (0.1 * (31 - t)) / 30;
      for (let i = 0; i < 3; i++) {
        const gradient = 2 * ((expected[i] ?? 0) - (target[i] ?? 0));
        mean[i] = 0.8 * (mean[i] ?? 0) + 0.2 * gradient;
        spread[i] = 0.95 * (spread[i] ?? 0) + 0.05 * gradient ** 2;
        expected[i] =
          (expected[i] ?? 0) -
          (lr * ((mean[i] ?? 0) / (1 - 0.8 ** t))) / (Math.sqrt((spread[i] ?? 0) / (1 - 0.95 ** t)) + 1e-8);
      }
    }
    const { p: found } = trainer.parameters();
    // Thirty steps in float32 against float64.
    expected.forEach((value, i) => {
      expect(Math.abs(Number(found?.data[i]) - value)).toBeLessThan(1e-5);
    });
    await trainer.dispose();
  });
});

describe('averaged', () => {
  test('gives the running average of the weights, and learns as without', async () => {
    const p = input('p', [2]);
    const loss = reduceSum(square(sub(p, input('x', [2]))));
    const open = (optimizer: Optimizer): Promise<Trainer> =>
      createTrainer(
        buildTrainingStep({ loss, parameters: { p }, optimizer }),
        { p: float32([2], [3, 4]) },
        { threads: 1 },
      );
    const [plain, trainer] = [await open(adam({ lr: 0.1 })), await open(averaged(adam({ lr: 0.1 }), 0.5))];
    const of = (from: Tensors): number[] => Array.from(from.p?.data ?? [], Number);
    expect(of(trainer.parameters())).toEqual([3, 4]);
    let average = [0, 0];
    for (let t = 0; t < 20; t++) {
      const batch = { x: float32([2], [t % 3, -1]) };
      await plain.step(batch);
      await trainer.step(batch);
      const now = of(plain.parameters());
      expect(of(trainer.carried())).toEqual(now);
      const kept = Math.min(0.5, t / (t + 9));
      average = average.map((value, i) => kept * value + (1 - kept) * now[i]!);
      of(trainer.parameters()).forEach((value, i) => {
        expect(value).toBeCloseTo(average[i]!, 5);
      });
    }
    await Promise.all([plain.dispose(), trainer.dispose()]);
  });
});

describe('adamW and clipByNorm', () => {
  /** One step on sum(slope * p) from p = start. */
  async function stepped(optimizer: Optimizer, start: Tensors): Promise<Record<string, number[]>> {
    const parameters = Object.fromEntries(Object.entries(start).map(([name, { shape }]) => [name, input(name, shape)]));
    const slopes = Object.values(parameters).map((parameter) => reduceSum(mul(parameter, 3)));
    const loss = slopes.reduce((sum, slope) => add(sum, slope));
    const trainer = await createTrainer(buildTrainingStep({ loss, parameters, optimizer }), start, { threads: 1 });
    await trainer.step({});
    const moved = Object.entries(trainer.parameters()).map(([name, { data }]) => [name, Array.from(data, Number)]);
    await trainer.dispose();
    return Object.fromEntries(moved);
  }

  const START = { matrix: float32([1, 2], [10, 20]), vector: float32([2], [10, 20]) };

  test('matrices shrink, whatever their gradient; vectors do not', async () => {
    const plain = await stepped(adam({ lr: 0.1 }), START);
    const decayed = await stepped(adamW({ lr: 0.1, weightDecay: 0.5 }), START);
    expect(decayed.vector).toEqual(plain.vector);
    decayed.matrix?.forEach((value, i) => {
      expect(value).toBeCloseTo((plain.matrix?.[i] ?? 0) - 0.1 * 0.5 * (i === 0 ? 10 : 20), 4);
    });
  });

  test('gradients of all parameters share one norm', async () => {
    // Four gradients of 3: norm 6, scaled to 1.5.
    const { matrix } = await stepped(clipByNorm(sgd({ lr: 1 }), 1.5), START);
    expect(matrix?.map((value) => Number(value.toFixed(4)))).toEqual([9.25, 19.25]);
    const { matrix: free } = await stepped(clipByNorm(sgd({ lr: 1 }), 100), START);
    expect(free?.map((value) => Number(value.toFixed(4)))).toEqual([7, 17]);
  });
});
