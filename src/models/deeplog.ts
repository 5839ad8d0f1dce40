import { CaracalError } from '../errors.ts';
import { type SequenceAggregate, sequenceScores } from '../score/sequence-score.ts';
import {
  BEGIN,
  buildVocabulary,
  slidingWindows,
  UNKNOWN,
  type Vocabulary,
  vocabularyFromNames,
  type WindowSet,
} from '../sequence/index.ts';
import {
  adam,
  add,
  cast,
  compile,
  createSession,
  float32Data,
  gather,
  glorotUniform,
  input,
  lessOrEqual,
  linearDecay,
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
import { type Examples, train } from '../train/index.ts';
import type { Expected, SequenceScores, SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import type { Detector, DetectorModel, FitOptions, ModelDescription, StreamScores } from './detector.ts';
import { aggregateOf, corruptModel, decodeNetwork, encodeNetwork, hyperParameter } from './network-files.ts';
import { keyLogProbs, mostExpected, need, surpriseOf } from './next-key.ts';
import { resolveOptions } from './options.ts';
import { trainingDataHash } from './training-data.ts';
import { trainingRun } from './training-run.ts';
import { runWindows, windowExamples } from './window-runs.ts';

/** Options of DeepLog's key model. */
export interface DeepLogOptions {
  /** Keys of history that predict the next one (the paper's h). */
  readonly window: number;
  /** Size of the vector that stands for a key. */
  readonly embedding: number;
  /** Size of each layer's state. */
  readonly hidden: number;
  readonly layers: number;
  readonly batchSize: number;
  /** Most passes over the unique windows. */
  readonly epochs: number;
  /** Most optimiser steps: caps the passes where there are many unique windows. */
  readonly maxSteps: number;
  /** Epochs without a better validation loss before training stops. */
  readonly patience: number;
  /** Learning rate of the first step; it falls to 0 by the last epoch. */
  readonly lr: number;
  /** How the events of a sequence make its score. */
  readonly aggregate: SequenceAggregate;
}

/** Sizes from the paper; training by the loss on held-out training sessions (`bench/deeplog-settings.ts`). */
export const DEEPLOG_DEFAULTS: DeepLogOptions = {
  window: 10,
  embedding: 64,
  hidden: 64,
  layers: 2,
  batchSize: 128,
  epochs: 80,
  maxSteps: 1_000_000,
  patience: 10,
  lr: 0.01,
  aggregate: 'max',
};

/**
 * DeepLog's key model: from the last h keys of a session, a two-layer LSTM predicts the
 * next key; an event is as surprising as its key was improbable.
 *
 * Source: Du, Li, Zheng & Srikumar, "DeepLog: Anomaly Detection and Diagnosis from System
 * Logs through Deep Learning", CCS 2017, section 3.1. Here keys are embedded rather than
 * one-hot, a session begins with `^` and, once closed, ends with `$`, so that short
 * sessions and missing ends are judged too.
 *
 * A key that training never showed is the zero vector in a history: it says nothing. As
 * the next key it has the last rank, whatever its probability.
 *
 * Shapes: B windows or sessions, T positions, h window, V vocabulary, E embedding, H hidden.
 */
export const deeplog: Detector<DeepLogOptions> = {
  name: 'deeplog',
  supervised: false,
  causal: true,

  async fit(trainSet, validationSet, options) {
    const settings = resolveOptions('DeepLog', DEEPLOG_DEFAULTS, options);
    if (trainSet.keys.length === 0) {
      throw new CaracalError('E_TOO_LITTLE_DATA', 'DeepLog has no event to learn from; give more normal sequences.');
    }
    const vocabulary = buildVocabulary(trainSet);
    const events = trainSet.keys.length;
    const examplesOf = (set: SequenceSet): Examples =>
      windowExamples(slidingWindows(set, vocabulary.encode(set.keyNames), settings.window));
    const validation = examplesOf(validationSet);
    const result = await train({
      ...settings,
      initial: initialWeights(settings, vocabulary.size, options.seed),
      loss: (weights, { history, next }) =>
        surpriseOf(windowLogProbs(weights, need(history), settings, events), need(next)).nll,
      accuracy: (weights, { history, next }, k) => {
        const { rank } = surpriseOf(windowLogProbs(weights, need(history), settings, events), need(next));
        return cast(lessOrEqual(rank, k), 'float32');
      },
      train: examplesOf(trainSet),
      validation,
      optimizer: (steps) => adam({ lr: linearDecay(settings.lr, steps) }),
      ...trainingRun('deeplog', settings, options),
    });
    const description: ModelDescription = {
      kind: 'deeplog',
      hyperParameters: {
        ...settings,
        bestEpoch: result.bestEpoch,
        stopping: validation.count > 0 ? 'validation loss' : 'none: no validation sequences, all epochs were run',
      },
      vocabulary: vocabulary.names,
      seed: options.seed,
      history: result.history,
      trainingDataHash: trainingDataHash(trainSet),
      trainingEvents: events,
    };
    return openModel(description, vocabulary, result.parameters, options);
  },

  async decode(encoded) {
    const { description } = encoded;
    if (description.kind !== 'deeplog') throw corruptModel(`it is of the kind ${description.kind}, not deeplog`);
    const vocabulary = vocabularyFromNames(description.vocabulary);
    const weights = decodeNetwork(encoded, weightShapes(sizesOf(description), vocabulary.size));
    if (!(description.trainingEvents > 0)) throw corruptModel('it says that it saw no training events');
    return openModel(description, vocabulary, weights, {});
  },
};

// --- internal ---

type Sizes = Pick<DeepLogOptions, 'window' | 'embedding' | 'hidden' | 'layers'>;

function weightShapes({ embedding: E, hidden: H, layers }: Sizes, V: number): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = { embedding: [V, E], 'output.weight': [H, V], 'output.bias': [V] };
  for (let layer = 0; layer < layers; layer++) {
    shapes[`lstm.${layer}.input`] = [layer === 0 ? E : H, 4 * H];
    shapes[`lstm.${layer}.recurrent`] = [H, 4 * H];
    shapes[`lstm.${layer}.bias`] = [4 * H];
  }
  return shapes;
}

function initialWeights(sizes: Sizes, vocabularySize: number, seed: number): Tensors {
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

async function openModel(
  description: ModelDescription,
  vocabulary: Vocabulary,
  weights: Tensors,
  { threads }: Pick<FitOptions, 'threads'>,
): Promise<DetectorModel> {
  const sizes = sizesOf(description);
  const events = description.trainingEvents;
  const aggregate = aggregateOf(description);
  const session = await createSession(
    scoreWindows(weights, sizes, vocabulary.size, events),
    threads === undefined ? {} : { threads },
  );
  const windowsOf = (set: SequenceSet): WindowSet => slidingWindows(set, vocabulary.encode(set.keyNames), sizes.window);

  const judge = async (windows: WindowSet): Promise<SequenceScores> => {
    const all = Int32Array.from({ length: windows.count }, (_, window) => window);
    const unique = { nll: new Float32Array(windows.count), rank: new Int32Array(windows.count) };
    await runWindows(session, windows, all, (outputs, start) => {
      unique.nll.set(float32Data(outputs.nll, 'nll'), start);
      unique.rank.set(float32Data(outputs.rank, 'rank'), start);
    });
    const nll = Float32Array.from(windows.windowOf, (window) => unique.nll[window]!);
    const rank = Int32Array.from(windows.windowOf, (window) =>
      windows.next[window] === UNKNOWN ? vocabulary.size : unique.rank[window]!,
    );
    return { offsets: windows.offsets, nll, rank, sequence: sequenceScores(windows.offsets, nll, aggregate) };
  };

  return {
    detector: 'deeplog',
    description,

    score: async (set) => judge(windowsOf(set)),

    async step(states, chunk): Promise<StreamScores> {
      const codes = vocabulary.encode(chunk.keyNames);
      const scores = await judge(slidingWindows(chunk, codes, sizes.window, states));
      const after = states.map((state, s) => {
        const fresh = chunk.keys.subarray(chunk.offsets[s], chunk.offsets[s + 1]).map((key) => codes[key]!);
        const earlier = state ?? new Float32Array(sizes.window).fill(BEGIN);
        return Float32Array.from([...earlier, ...fresh.slice(-sizes.window)]).slice(-sizes.window);
      });
      return { scores, states: after };
    },

    async expected(set, rows, k): Promise<Expected[][]> {
      const windows = windowsOf(set);
      const wanted = Int32Array.from(rows, (row) => windows.windowOf[row] ?? 0);
      const lists: Expected[][] = [];
      await runWindows(session, windows, wanted, (outputs, _, count) => {
        const logProbs = float32Data(outputs.logProbs, 'logProbs');
        for (let row = 0; row < count; row++) {
          lists.push(
            mostExpected(vocabulary, logProbs.subarray(row * vocabulary.size, (row + 1) * vocabulary.size), k),
          );
        }
      });
      return lists;
    },

    encode: async () =>
      encodeNetwork(description, weights, { 'score.onnx': scoreSessions(weights, sizes, vocabulary.size, events) }),
    dispose: () => session.dispose(),
  };
}

/** Graph for our own scoring: unique windows. */
function scoreWindows(weights: Tensors, sizes: Sizes, vocabularySize: number, events: number): Uint8Array {
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
function scoreSessions(weights: Tensors, sizes: Sizes, vocabularySize: number, events: number): Uint8Array {
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

function weightInputs(sizes: Sizes, vocabularySize: number): Values {
  return Object.fromEntries(
    Object.entries(weightShapes(sizes, vocabularySize)).map(([name, shape]) => [name, input(name, shape)]),
  );
}

function sizesOf(description: ModelDescription): Sizes {
  return {
    window: hyperParameter(description, 'window', 1000),
    embedding: hyperParameter(description, 'embedding', 4096),
    hidden: hyperParameter(description, 'hidden', 4096),
    layers: hyperParameter(description, 'layers', 16),
  };
}

/** (n, ...) -> n x (...) */
function unstack(x: Value, n: number): Value[] {
  return split(x, 0, Array<number>(n).fill(1)).map((part) => squeeze(part, 0));
}
