import { describe, expect, test } from 'vitest';
import {
  adam,
  add,
  expandDims,
  float32Data,
  matmul,
  mul,
  reduceSum,
  sgd,
  square,
  squeeze,
  sub,
  tensor,
  zeros,
} from '../tensor/index.ts';
import { createRng } from '../util/rng.ts';
import { spread, takeBatch } from './examples.ts';
import { type CheckpointStore, type Examples, type TrainOptions, train } from './index.ts';

/** Rows (x1, x2) with y = 3 x1 - x2, plus noise. */
function line(seed: number, count: number, noise = 0): Examples {
  const rng = createRng(seed);
  const x = Float32Array.from({ length: 2 * count }, () => rng.normal());
  const y = Float32Array.from(
    { length: count },
    (_, i) => 3 * (x[2 * i] ?? 0) - (x[2 * i + 1] ?? 0) + noise * rng.normal(),
  );
  const columns = { x: tensor('float32', [count, 2], x), y: tensor('float32', [count], y) };
  return { count, columns, weights: new Float32Array(count).fill(1) };
}

const OPTIONS: TrainOptions = {
  initial: { w: zeros('float32', [2]) },
  loss: ({ w }, { x, y }) => {
    if (!w || !x || !y) throw new Error('the batch has the columns of the examples');
    return square(sub(squeeze(matmul(x, expandDims(w, 1)), 1), y));
  },
  train: line(1, 100),
  validation: line(2, 30),
  optimizer: () => adam({ lr: 0.05 }),
  batchSize: 32,
  epochs: 60,
  maxSteps: 1_000_000,
  patience: 60,
  seed: 1,
  runtime: { threads: 1 },
};

describe('train', () => {
  test('learns, whatever the last batch is filled up with', async () => {
    const { parameters, history } = await train(OPTIONS);
    const w = float32Data(parameters.w, 'w');
    expect(w[0]).toBeCloseTo(3, 2);
    expect(w[1]).toBeCloseTo(-1, 2);
    expect(history).toHaveLength(60);
    expect(history.every((report) => report.epochs === 60 && report.seconds >= 0)).toBe(true);
  });

  test('stops when the validation loss no longer falls and keeps the best weights', async () => {
    // Validation wants other weights than training: from some epoch on, learning makes it worse.
    const validation = line(2, 30);
    const y = float32Data(validation.columns.y, 'y').map((value) => value / 2);
    const other = { ...validation, columns: { ...validation.columns, y: tensor('float32', [30], y) } };
    const { history, bestEpoch, parameters } = await train({ ...OPTIONS, validation: other, patience: 3 });
    expect(history.length).toBe(bestEpoch + 3);
    expect(history.length).toBeLessThan(60);
    expect(float32Data(parameters.w, 'w')[0]).toBeLessThan(2.5);
  });

  test('is stopped at the same epoch where it was killed and resumed, at whatever step', async () => {
    const validation = line(2, 30);
    const y = float32Data(validation.columns.y, 'y').map((value) => value / 2);
    const other = { ...validation, columns: { ...validation.columns, y: tensor('float32', [30], y) } };
    const options = { ...OPTIONS, validation: other, patience: 3 };
    let steps = 0;
    const unbroken = await train({ ...options, onStep: () => steps++ });
    for (let kill = 1; kill <= steps; kill += 3) {
      let kept: Uint8Array | null = null;
      const write = async (checkpoint: Uint8Array) => {
        kept = checkpoint;
      };
      const store: CheckpointStore = { read: async () => kept, write, part: () => store };
      const checkpoint = { store, every: 1 + (kill % 3), resume: true };
      let left = kill;
      const onStep = () => {
        if (--left === 0) throw new Error('killed');
      };
      await expect(train({ ...options, checkpoint, onStep })).rejects.toThrow('killed');
      const resumed = await train({ ...options, checkpoint });
      expect(resumed.parameters).toEqual(unbroken.parameters);
      expect([resumed.bestEpoch, resumed.history.length]).toEqual([unbroken.bestEpoch, unbroken.history.length]);
    }
  });

  test('without validation examples all epochs run and the last weights stay', async () => {
    const none: Examples = { count: 0, columns: OPTIONS.validation.columns, weights: new Float32Array(0) };
    const { history, bestEpoch } = await train({ ...OPTIONS, validation: none, epochs: 5, patience: 1 });
    expect([history.length, bestEpoch]).toEqual([5, 5]);
    expect(history.every(({ validationLoss }) => Number.isNaN(validationLoss))).toBe(true);
  });

  test('makes no more than maxSteps steps, in whole epochs, at least one', async () => {
    const asked: number[] = [];
    const epochsWith = async (maxSteps: number): Promise<number> => {
      const optimizer = (steps: number) => {
        asked.push(steps);
        return adam({ lr: 0.05 });
      };
      return (await train({ ...OPTIONS, maxSteps, optimizer })).history.length;
    };
    // 100 examples in batches of 32: 4 steps an epoch.
    expect([await epochsWith(11), await epochsWith(1)]).toEqual([2, 1]);
    expect(asked).toEqual([8, 4]);
  });

  test('the same seed gives the same weights, another seed another order', async () => {
    const options = { ...OPTIONS, epochs: 3, train: line(1, 100, 0.5) };
    const [a, b, c] = [await train(options), await train(options), await train({ ...options, seed: 2 })];
    expect(a.parameters).toEqual(b.parameters);
    expect(a.parameters).not.toEqual(c.parameters);
  });

  test('an example of weight 3 counts as three examples', async () => {
    const once = line(1, 10, 0.5);
    const weighted = { ...once, weights: Float32Array.from({ length: 10 }, (_, i) => (i < 5 ? 3 : 1)) };
    const rows = [0, 1, 2, 3, 4].flatMap((row) => [row, row, row]).concat(5, 6, 7, 8, 9);
    const copied = takeBatch(once, Int32Array.from(rows), 0, rows.length, 1);
    const { x, y } = copied;
    if (!x || !y) throw new Error('the batch has the columns of the examples');
    const plain: Examples = { count: 20, columns: { x, y }, weights: new Float32Array(20).fill(1) };
    const options = { ...OPTIONS, batchSize: 100, epochs: 5, optimizer: () => sgd({ lr: 0.1 }) };
    const [left, right] = [await train({ ...options, train: weighted }), await train({ ...options, train: plain })];
    left.history.forEach(({ trainLoss }, epoch) => {
      expect(trainLoss).toBeCloseTo(right.history[epoch]?.trainLoss ?? 0, 4);
    });
  });

  test('a very heavy example is spread over several batches without changing its share', () => {
    const examples = { ...line(1, 100), weights: Float32Array.from({ length: 100 }, (_, i) => (i === 0 ? 1000 : 1)) };
    const { order, shares } = spread(examples);
    const copies = order.filter((row) => row === 0).length;
    expect(copies).toBeGreaterThan(10);
    expect(order.length).toBeLessThanOrEqual(100 + 100 / 4);
    expect((shares.weights[0] ?? 0) * copies).toBeCloseTo(1000, 2);
  });

  test('refuses to train on nothing, and says so when the loss explodes', async () => {
    const none: Examples = { count: 0, columns: OPTIONS.train.columns, weights: new Float32Array(0) };
    await expect(train({ ...OPTIONS, train: none })).rejects.toMatchObject({ code: 'E_TOO_LITTLE_DATA' });
    const wild = { ...OPTIONS, optimizer: () => sgd({ lr: 1e20 }) };
    await expect(train(wild)).rejects.toMatchObject({ code: 'E_RUNTIME' });
  });

  test('a parameter that the loss does not read stays as it was', async () => {
    const initial = { ...OPTIONS.initial, idle: tensor('float32', [2], Float32Array.of(1, 2)) };
    const { parameters } = await train({ ...OPTIONS, initial, epochs: 2 });
    expect(parameters.idle?.data).toEqual(Float32Array.of(1, 2));
    const used = await train({
      ...OPTIONS,
      initial,
      epochs: 2,
      loss: (values, batch) =>
        add(
          OPTIONS.loss(values, batch),
          mul(reduceSum(square(values.idle ?? values.w ?? OPTIONS.loss(values, batch))), 0.1),
        ),
    });
    expect(used.parameters.idle?.data[0]).toBeLessThan(1);
  });
});
