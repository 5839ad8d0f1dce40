import {
  adam,
  add,
  compile,
  createSession,
  float32Data,
  gather,
  glorotUniform,
  input,
  linearDecay,
  lstm,
  matmul,
  mul,
  reduceSum,
  split,
  square,
  squeeze,
  sub,
  type Tensors,
  tensor,
  type Value,
  type Values,
  zeros,
} from '../tensor/index.ts';
import { type Examples, train } from '../train/index.ts';
import { createRng } from '../util/rng.ts';
import type { FitOptions } from './detector.ts';
import { need } from './next-key.ts';

/**
 * Sizes of the networks: how many keys have one, the vector's width, keys of history, and
 * of each state.
 *
 * Shapes here: B events, h history, K keys, D width, H hidden. Every key has an LSTM of its
 * own; their weights are stacked, so that one graph trains and runs them all.
 */
export interface ParameterSizes {
  readonly keys: number;
  readonly width: number;
  readonly history: number;
  readonly hidden: number;
}

/** Shape of each weight. */
export function parameterShapes({ keys: K, width: D, hidden: H }: ParameterSizes): Record<string, readonly number[]> {
  return {
    'lstm.input': [K, D + 1, 4 * H],
    'lstm.bias': [K, 1, 4 * H],
    'lstm.recurrent': [K, H, 4 * H],
    'output.weight': [K, H, D],
    'output.bias': [K, 1, D],
  };
}

/** Events to learn from or to judge, as columns of equal length. */
export interface ParameterEvents {
  readonly count: number;
  /** Number of each event's key, 0 to K - 1. */
  readonly key: Int32Array;
  /** (count, h, D + 1): the key's vectors before, the latest last, each followed by 1; all 0 where there is none. */
  readonly history: Float32Array;
  /** (count, D), 0 where there is no number. */
  readonly target: Float32Array;
  /** (count, D): what a number counts of its event's loss, 0 where there is none. */
  readonly share: Float32Array;
}

/** Weights that predict each key's next vector: trained by the mean squared error, stopped by the held-out one. */
export async function trainParameters(
  sizes: ParameterSizes,
  learned: ParameterEvents,
  heldOut: ParameterEvents,
  { seed, threads }: FitOptions,
): Promise<Tensors> {
  const examples = (events: ParameterEvents): Examples => {
    const columns = columnsOf(sizes, events, 0, events.count);
    return { count: events.count, columns, weights: new Float32Array(events.count).fill(1) };
  };
  const { parameters } = await train({
    ...TRAINING,
    initial: initialWeights(sizes, seed),
    loss: (weights, { history, key, target, share }) => {
      const error = sub(predict(weights, need(history), need(key), sizes), need(target)); // (B, D)
      return reduceSum(mul(need(share), square(error)), { axes: [1] }); // (B)
    },
    train: examples(learned),
    validation: examples(heldOut),
    optimizer: (steps) => adam({ lr: linearDecay(TRAINING.lr, steps) }),
    seed,
    ...(threads === undefined ? {} : { runtime: { threads } }),
  });
  return parameters;
}

/** What is predicted for each event, (count, D). */
export async function predictParameters(
  sizes: ParameterSizes,
  weights: Tensors,
  events: ParameterEvents,
  threads: number | undefined,
): Promise<Float32Array> {
  const predicted = new Float32Array(events.count * sizes.width);
  if (events.count === 0) return predicted;
  const history = input('history', ['B', sizes.history, sizes.width + 1]);
  const key = input('key', ['B'], 'int32');
  const names = Object.entries(parameterShapes(sizes)).map(([name, shape]) => [name, input(name, shape)]);
  const graph = compile({
    outputs: { predicted: predict(Object.fromEntries(names), history, key, sizes) },
    inputs: [history, key],
    initializers: weights,
  });
  const session = await createSession(graph.bytes, threads === undefined ? {} : { threads });
  try {
    for (let start = 0; start < events.count; start += RUN) {
      const { history: before, key: keys } = columnsOf(sizes, events, start, Math.min(events.count, start + RUN));
      const outputs = await session.run({ history: needTensor(before), key: needTensor(keys) });
      predicted.set(float32Data(outputs.predicted, 'predicted'), start * sizes.width);
    }
  } finally {
    await session.dispose();
  }
  return predicted;
}

// --- internal ---

const TRAINING = { batchSize: 128, epochs: 40, maxSteps: 400, patience: 4, lr: 0.02 };

/** Events predicted in one run: a bound on memory. */
const RUN = 2048;

function initialWeights(sizes: ParameterSizes, seed: number): Tensors {
  const { hidden: H } = sizes;
  const rng = createRng(seed).fork('parameter weights');
  return Object.fromEntries(
    Object.entries(parameterShapes(sizes)).map(([name, shape]) => {
      const [keys = 1, rows = 1, columns = 1] = shape;
      const weights = zeros('float32', shape);
      for (let key = 0; key < keys; key++) {
        // Every key begins with the same weights: what one learns does not depend on how many others there are.
        if (!name.endsWith('bias')) {
          weights.data.set(float32Data(glorotUniform(rng.fork(name), rows, columns), name), key * rows * columns);
        }
        // Open forget gates at the start let gradients through time (Jozefowicz et al., ICML 2015).
        if (name === 'lstm.bias') weights.data.fill(1, key * columns + H, key * columns + 2 * H);
      }
      return [name, weights];
    }),
  );
}

/** history (B, h, D+1), key (B) -> (B, D) */
function predict(weights: Values, history: Value, key: Value, { history: h }: ParameterSizes): Value {
  const of = (name: string): Value => gather(need(weights[name]), key); // (B, ., .)
  const [inputs, bias] = [of('lstm.input'), of('lstm.bias')];
  const steps = split(history, 1, Array<number>(h).fill(1)); // h x (B, 1, D+1)
  const states = lstm(
    steps.map((step) => add(matmul(step, inputs), bias)),
    of('lstm.recurrent'),
  );
  const last = need(states.at(-1)); // (B, 1, H)
  return squeeze(add(matmul(last, of('output.weight')), of('output.bias')), 1);
}

function columnsOf(
  { history: h, width: D }: ParameterSizes,
  { history, key, target, share }: ParameterEvents,
  start: number,
  end: number,
): Tensors {
  const count = end - start;
  const part = (data: Float32Array, size: number): Float32Array => data.subarray(start * size, end * size);
  return {
    history: tensor('float32', [count, h, D + 1], part(history, h * (D + 1))),
    key: tensor('int32', [count], key.subarray(start, end)),
    target: tensor('float32', [count, D], part(target, D)),
    share: tensor('float32', [count, D], part(share, D)),
  };
}

function needTensor(value: Tensors[string] | undefined): Tensors[string] {
  if (!value) throw new RangeError('a column is missing');
  return value;
}
