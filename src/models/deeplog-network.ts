import { BEGIN, UNKNOWN } from '../sequence/index.ts';
import {
  add,
  cast,
  compile,
  gather,
  glorotUniform,
  input,
  lessOrEqual,
  lstm,
  matmul,
  pad,
  randomNormal,
  scalar,
  slice,
  split,
  squeeze,
  stack,
  sub,
  type Tensors,
  transpose,
  type Value,
  type Values,
  where,
  zeros,
} from '../tensor/index.ts';
import type { TrainOptions } from '../train/index.ts';
import { createRng } from '../util/rng.ts';
import type { ModelDescription } from './detector.ts';
import { hyperParameter } from './network-files.ts';
import { keyLogProbs, need, surpriseOf } from './next-key.ts';

/**
 * Sizes of DeepLog's network: keys of history, of the vector that stands for a key, of
 * each layer's state, and layers.
 *
 * Shapes here: B windows or sessions, T positions, h window, V vocabulary, E embedding, H hidden.
 */
export interface Sizes {
  readonly window: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly layers: number;
}

/**
 * The sizes in a description.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` where one is missing or out of bounds
 */
export function sizesOf(description: ModelDescription): Sizes {
  return {
    window: hyperParameter(description, 'window', 1000),
    embedding: hyperParameter(description, 'embedding', 4096),
    hidden: hyperParameter(description, 'hidden', 4096),
    layers: hyperParameter(description, 'layers', 16),
  };
}

/** Shape of each weight. */
export function weightShapes({ embedding: E, hidden: H, layers }: Sizes, V: number): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = { embedding: [V, E], 'output.weight': [H, V], 'output.bias': [V] };
  for (let layer = 0; layer < layers; layer++) {
    shapes[`lstm.${layer}.input`] = [layer === 0 ? E : H, 4 * H];
    shapes[`lstm.${layer}.recurrent`] = [H, 4 * H];
    shapes[`lstm.${layer}.bias`] = [4 * H];
  }
  return shapes;
}

/** Weights before training. */
export function initialWeights(sizes: Sizes, vocabularySize: number, seed: number): Tensors {
  const rng = createRng(seed).fork('weights');
  const { hidden: H } = sizes;
  return Object.fromEntries(
    Object.entries(weightShapes(sizes, vocabularySize)).map(([name, shape]) => {
      const [rows = 1, columns = 1] = shape;
      if (shape.length === 2 && name !== 'embedding') return [name, glorotUniform(rng.fork(name), rows, columns)];
      if (name === 'embedding') {
        const table = randomNormal(rng.fork(name), shape, 1);
        table.data.fill(0, UNKNOWN * columns, (UNKNOWN + 1) * columns);
        return [name, table];
      }
      const bias = zeros('float32', shape);
      // Open forget gates at the start let gradients through time (Jozefowicz et al., ICML 2015).
      if (name !== 'output.bias') bias.data.fill(1, H, 2 * H);
      return [name, bias];
    }),
  );
}

/** NLL of each window's next key, (B). */
export function windowLoss(sizes: Sizes, events: number): TrainOptions['loss'] {
  return (weights, { history, next }) =>
    surpriseOf(windowLogProbs(weights, need(history), sizes, events), need(next)).nll;
}

/** Whether each window's next key is among the k likeliest, (B). */
export function windowAccuracy(sizes: Sizes, events: number): NonNullable<TrainOptions['accuracy']> {
  return (weights, { history, next }, k) => {
    const { rank } = surpriseOf(windowLogProbs(weights, need(history), sizes, events), need(next));
    return cast(lessOrEqual(rank, k), 'float32');
  };
}

/** Graph for our own scoring: unique windows. */
export function scoreWindows(weights: Tensors, sizes: Sizes, vocabularySize: number, events: number): Uint8Array {
  const history = input('history', ['B', sizes.window], 'int32');
  const next = input('next', ['B'], 'int32');
  const logProbs = windowLogProbs(weightInputs(sizes, vocabularySize), history, sizes, events);
  return compile({
    outputs: { logProbs, ...surpriseOf(logProbs, next) },
    inputs: [history, next],
    initializers: weights,
  }).bytes;
}

/** The stand-alone `score.onnx`. */
export function scoreSessions(weights: Tensors, sizes: Sizes, vocabularySize: number, events: number): Uint8Array {
  const keys = input('keys', ['B', 'T'], 'int64');
  const mask = input('mask', ['B', 'T'], 'bool');
  const logProbs = sessionLogProbs(weightInputs(sizes, vocabularySize), keys, mask, sizes, events);
  return compile({
    name: 'deeplog',
    documentation:
      'DeepLog key model. keys: vocabulary codes of a session, beginning with 1 (^); 0 is a key never seen, 2 ($) the end. ' +
      'mask: false where a row is padding. logProbs[b, t, v]: log probability that key v follows keys[b, 0..t].',
    outputs: { logProbs },
    inputs: [keys, mask],
    initializers: weights,
  }).bytes;
}

// --- internal ---

/** log p of the key after each window: history int32 (B, h) -> (B, V). */
function windowLogProbs(weights: Values, history: Value, sizes: Sizes, events: number): Value {
  const gates = gather(gateTable(weights), transpose(history)); // (h, B, 4H)
  return nextLogProbs(weights, unstack(gates, sizes.window), sizes, events); // (B, V)
}

/** log p of the key after each position of whole sessions: keys (B, T) -> (B, T, V). */
function sessionLogProbs(weights: Values, keys: Value, mask: Value, sizes: Sizes, events: number): Value {
  const begin = scalar(BEGIN, 'int64');
  const known = where(mask, keys, begin); // (B, T)
  const padded = add(pad(sub(known, begin), 1, sizes.window - 1, 0), begin); // (B, T+h-1)
  const gates = gather(gateTable(weights), padded); // (B, T+h-1, 4H)
  // Step j of all windows at once: the keys j places after each window's start.
  const steps = Array.from({ length: sizes.window }, (_, j) => {
    const after = sizes.window - 1 - j;
    return slice(gates, 1, j, after === 0 ? undefined : -after); // (B, T, 4H)
  });
  return nextLogProbs(weights, steps, sizes, events); // (B, T, V)
}

/** Embedding and first projection in one table: a key's share of the first layer's gates, (V, 4H). */
function gateTable(weights: Values): Value {
  return add(matmul(need(weights.embedding), need(weights['lstm.0.input'])), need(weights['lstm.0.bias']));
}

/** The network from the first layer's gates at each of h steps, (..., 4H) each, to log p of the next key, (..., V). */
function nextLogProbs(weights: Values, steps: readonly Value[], { layers }: Sizes, events: number): Value {
  let states = lstm(steps, need(weights['lstm.0.recurrent'])); // h x (..., H)
  for (let layer = 1; layer < layers; layer++) {
    const projected = matmul(stack(states, 0), need(weights[`lstm.${layer}.input`])); // (h, ..., 4H)
    const gates = add(projected, need(weights[`lstm.${layer}.bias`]));
    states = lstm(unstack(gates, steps.length), need(weights[`lstm.${layer}.recurrent`]));
  }
  const last = need(states.at(-1)); // (..., H)
  const logits = add(matmul(last, need(weights['output.weight'])), need(weights['output.bias'])); // (..., V)
  return keyLogProbs(logits, events);
}

function weightInputs(sizes: Sizes, vocabularySize: number): Values {
  return Object.fromEntries(
    Object.entries(weightShapes(sizes, vocabularySize)).map(([name, shape]) => [name, input(name, shape)]),
  );
}

/** (n, ...) -> n x (...) */
function unstack(x: Value, n: number): Value[] {
  return split(x, 0, Array<number>(n).fill(1)).map((part) => squeeze(part, 0));
}
