import { CaracalError } from '../errors.ts';
import { type SequenceAggregate, sequenceScores } from '../score/sequence-score.ts';
import {
  BEGIN,
  buildVocabulary,
  type Positions,
  packSequences,
  positionsOf,
  scoreOffsets,
  UNKNOWN,
  uniqueSequences,
  type Vocabulary,
  vocabularyFromNames,
} from '../sequence/index.ts';
import {
  adamW,
  add,
  and,
  cast,
  causalConvolution,
  clipByNorm,
  compile,
  concat,
  constant,
  createSession,
  cumsum,
  equal,
  exp,
  expandDims,
  float32Data,
  gather,
  glorotUniform,
  greaterOrEqual,
  input,
  lessOrEqual,
  linearDecay,
  matmul,
  mul,
  neg,
  not,
  or,
  pad,
  randomNormal,
  randomUniform,
  reduceSum,
  reshape,
  rmsNorm,
  type Session,
  silu,
  slice,
  softplus,
  split,
  stateSpace,
  swapLast,
  type Tensors,
  tensor,
  type Value,
  type Values,
  warmup,
  zeros,
} from '../tensor/index.ts';
import { type Examples, train } from '../train/index.ts';
import type { Expected, SequenceScores, SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import type { Detector, DetectorModel, FitOptions, ModelDescription, StreamScores } from './detector.ts';
import { aggregateOf, corruptModel, decodeNetwork, encodeNetwork, hyperParameter } from './network-files.ts';
import { keyLogProbs, mostExpected, need, surpriseOf } from './next-key.ts';
import { resolveOptions } from './options.ts';
import { packedExamples, runSequences } from './sequence-runs.ts';
import { trainingDataHash } from './training-data.ts';
import { trainingRun } from './training-run.ts';

/** Options of LogMamba. */
export interface LogMambaOptions {
  /** Width of the network (the paper's d_model). */
  readonly hidden: number;
  /** Blocks. */
  readonly layers: number;
  /** Heads of a block; each has its own decay. */
  readonly heads: number;
  /** Width of a block's inside, as a multiple of `hidden`. */
  readonly expand: number;
  /** Size of each channel's state. */
  readonly state: number;
  /** Reach of the convolution, in events, at least 2. */
  readonly convolution: number;
  /** Positions of a row in training; longer sessions are cut, with a quarter of it as context. */
  readonly row: number;
  /** Rows of a batch. */
  readonly batchSize: number;
  /** Most passes over the unique sessions. */
  readonly epochs: number;
  /** Most optimiser steps. */
  readonly maxSteps: number;
  /** Epochs without a better validation loss before training stops. */
  readonly patience: number;
  /** Largest learning rate; it falls to 0 by the last epoch. */
  readonly lr: number;
  readonly weightDecay: number;
  /** How the events of a sequence make its score. */
  readonly aggregate: SequenceAggregate;
}

/** Sizes as published for small models; training by the loss on held-out training sessions. */
export const LOGMAMBA_DEFAULTS: LogMambaOptions = {
  hidden: 64,
  layers: 2,
  heads: 4,
  expand: 2,
  state: 16,
  convolution: 4,
  row: 64,
  batchSize: 8,
  epochs: 60,
  maxSteps: 1_000_000,
  patience: 10,
  lr: 0.005,
  weightDecay: 0.01,
  aggregate: 'max',
};

/**
 * LogMamba: a selective state-space model (Mamba-2) reads a session from its begin and
 * predicts the next key at every position; an event is as surprising as its key was
 * improbable. Its memory is as long as the session, its state constant in size.
 *
 * Source: Dao & Gu, "Transformers are SSMs", ICML 2024 (the block); Gu & Dao, "Mamba:
 * Linear-Time Sequence Modeling with Selective State Spaces", 2023.
 *
 * Training and batches use the matrix form over up to `row` positions, streams the
 * recurrence with a carried state; both give the same.
 *
 * Shapes: B sessions, T positions, D hidden, E expand * hidden, H heads, P = E / H, N state, V vocabulary.
 */
export const logmamba: Detector<LogMambaOptions> = {
  name: 'logmamba',
  supervised: false,
  causal: true,

  async fit(trainSet, validationSet, options) {
    const settings = resolveOptions('LogMamba', LOGMAMBA_DEFAULTS, options);
    const inner = innerWidth(settings);
    if (inner % settings.heads !== 0) {
      throw new CaracalError('E_USAGE', `LogMamba's heads (${settings.heads}) must divide expand * hidden (${inner}).`);
    }
    if (settings.convolution < 2) {
      throw new CaracalError('E_USAGE', `LogMamba's convolution must reach over at least 2 events, not 1.`);
    }
    if (trainSet.keys.length === 0) {
      throw new CaracalError('E_TOO_LITTLE_DATA', 'LogMamba has no event to learn from; give more normal sequences.');
    }
    const vocabulary = buildVocabulary(trainSet);
    const events = trainSet.keys.length;
    const examplesOf = (set: SequenceSet): Examples =>
      packedExamples(
        packSequences(uniqueSequences(set, vocabulary.encode(set.keyNames)), settings.row, settings.row >> 2),
      );
    const validation = examplesOf(validationSet);
    const result = await train({
      ...settings,
      initial: initialWeights(settings, vocabulary.size, options.seed),
      loss: (weights, batch) => rowLoss(weights, batch, settings, events),
      accuracy: (weights, batch, k) => rowAccuracy(weights, batch, settings, events, k),
      train: examplesOf(trainSet),
      validation,
      optimizer: (steps) =>
        clipByNorm(
          adamW({
            lr: warmup(linearDecay(settings.lr, steps), Math.ceil(steps / 20)),
            weightDecay: settings.weightDecay,
          }),
          1,
        ),
      ...trainingRun('logmamba', settings, options),
    });
    const description: ModelDescription = {
      kind: 'logmamba',
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
    if (description.kind !== 'logmamba') throw corruptModel(`it is of the kind ${description.kind}, not logmamba`);
    const vocabulary = vocabularyFromNames(description.vocabulary);
    const weights = decodeNetwork(encoded, weightShapes(sizesOf(description), vocabulary.size));
    if (!(description.trainingEvents > 0)) throw corruptModel('it says that it saw no training events');
    return openModel(description, vocabulary, weights, {});
  },
};

// --- internal ---

type Sizes = Pick<LogMambaOptions, 'hidden' | 'layers' | 'heads' | 'expand' | 'state' | 'convolution'>;

/** What passes through a block besides the sequence itself. */
interface Context {
  /** Whether position t may look at position s: bool (B, T, T). */
  readonly visible: Value;
  /** What the convolution may see 1, 2, ... places back, where sessions share a row: (B, T, 1) each. */
  readonly reach?: readonly Value[];
  /** 1 for events and 0 for padding, (B, T, 1), where there is padding. */
  readonly valid?: Value;
}

/** What a block carries from chunk to chunk. */
interface BlockState {
  /** The last inputs of the convolution, (B, K-1, E+2N). */
  readonly recent: Value;
  /** (B, H, N, P) */
  readonly memory: Value;
}

/** Keys (B, T) to log p of the key after each, (B, T, V). */
function network(
  weights: Values,
  keys: Value,
  sizes: Sizes,
  events: number,
  context: Context,
  states?: readonly BlockState[],
): { logProbs: Value; states: BlockState[] } {
  const after: BlockState[] = [];
  let x = gather(need(weights.embedding), keys); // (B, T, D)
  for (let layer = 0; layer < sizes.layers; layer++) {
    const { y, state } = block(weights, `block.${layer}`, x, sizes, context, states?.[layer]);
    x = add(x, y);
    after.push(state);
  }
  const normed = rmsNorm(x, need(weights.norm));
  const logits = add(matmul(normed, need(weights['output.weight'])), need(weights['output.bias'])); // (B, T, V)
  return { logProbs: keyLogProbs(logits, events), states: after };
}

/** One Mamba-2 block, without its residual: (B, T, D) -> (B, T, D). */
function block(
  weights: Values,
  name: string,
  x: Value,
  sizes: Sizes,
  { visible, reach, valid }: Context,
  before?: BlockState,
): { y: Value; state: BlockState } {
  const { heads: H, state: N, convolution: K } = sizes;
  const E = innerWidth(sizes);
  const of = (part: string): Value => need(weights[`${name}.${part}`]);
  const masked = (value: Value): Value => (valid ? mul(value, valid) : value);
  const [B = 1, T = 1] = x.shape;

  const projected = matmul(rmsNorm(x, of('norm')), of('in')); // (B, T, 2E+2N+H)
  const [z, raw, rate] = three(split(projected, -1, [E, E + 2 * N, H]));
  const entering = masked(raw); // (B, T, E+2N)
  const convolved = silu(
    causalConvolution(entering, of('convolution'), of('convolution_bias'), {
      ...(before ? { before: before.recent } : {}),
      ...(reach ? { reach } : {}),
    }),
  );
  const [inner, b, c] = three(split(convolved, -1, [E, N, N]));
  const perHead = reshape(inner, [B, T, H, E / H]); // (B, T, H, P)
  const dt = masked(softplus(add(rate, of('dt_bias')))); // (B, T, H)
  const { y: read, state: memory } = stateSpace({
    x: perHead,
    dt,
    a: neg(exp(of('a_log'))),
    b,
    c,
    visible,
    ...(before ? { state: before.memory } : {}),
  });
  const direct = add(read, mul(perHead, expandDims(of('d'), 1))); // (B, T, H, P)
  const gated = rmsNorm(mul(reshape(direct, [B, T, E]), silu(z)), of('gate_norm'));
  const recent = valid && before ? lastInputs(before.recent, entering, valid, K) : entering;
  return { y: matmul(gated, of('out')), state: { recent, memory } };
}

/** The last K-1 inputs that are no padding, which is at the end: (B, K-1, C). */
function lastInputs(before: Value, entering: Value, valid: Value, taps: number): Value {
  const all = concat([before, entering], 1); // (B, T+K-1, C)
  const one = cast(greaterOrEqual(pad(valid, 1, taps - 1, 0), 0), 'float32'); // (B, T+K-1, 1)
  const place = swapLast(cumsum(one, 1)); // (B, 1, T+K-1), from 1
  const count = reduceSum(valid, { axes: [1], keepDims: true }); // (B, 1, 1)
  const offsets = Float32Array.from({ length: taps - 1 }, (_, j) => j + 1);
  const wanted = add(count, constant(tensor('float32', [1, taps - 1, 1], offsets))); // (B, K-1, 1)
  return matmul(cast(equal(place, wanted), 'float32'), all);
}

/** Loss of each packed row: the mean NLL of its positions by their shares. (B) */
function rowLoss(weights: Values, batch: Values, sizes: Sizes, events: number): Value {
  const { nll } = rowSurprise(weights, batch, sizes, events);
  return reduceSum(mul(nll, need(batch.share)), { axes: [1] });
}

/** Share of each packed row whose keys were among the k likeliest. (B) */
function rowAccuracy(weights: Values, batch: Values, sizes: Sizes, events: number, k: number): Value {
  const { rank } = rowSurprise(weights, batch, sizes, events);
  return reduceSum(mul(cast(lessOrEqual(rank, k), 'float32'), need(batch.share)), { axes: [1] });
}

/** NLL and rank at each position of packed rows, (B, T). */
function rowSurprise(weights: Values, batch: Values, sizes: Sizes, events: number): { nll: Value; rank: Value } {
  const [keys, next, segment] = [need(batch.keys), need(batch.next), need(batch.segment)];
  const T = Number(keys.shape[1]);
  const causal = Uint8Array.from({ length: T * T }, (_, i) => (i % T <= Math.floor(i / T) ? 1 : 0));
  const same = equal(expandDims(segment, 2), expandDims(segment, 1)); // (B, T, T)
  const visible = and(same, constant(tensor('bool', [1, T, T], causal)));
  const reach = Array.from({ length: sizes.convolution - 1 }, (_, j) => {
    const earlier = j + 1 < T ? slice(pad(segment, 1, j + 1, 0), 1, 0, T) : mul(segment, 0);
    return expandDims(cast(equal(segment, earlier), 'float32'), 2); // (B, T, 1)
  });
  const { logProbs } = network(weights, keys, sizes, events, { visible, reach });
  return surpriseOf(logProbs, next);
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
  const runtime = threads === undefined ? {} : { threads };
  const size = stateSize(sizes);
  const graph = (outputs: readonly string[]): Uint8Array =>
    chunkGraph(weights, vocabulary.size, sizes, events, outputs);
  const scorer = await createSession(graph(['nll', 'rank', 'state_out']), runtime);
  let teller: Promise<Session> | null = null;

  /** NLL and rank at each position; `states` are changed into those after. */
  const judge = async (positions: Positions, states?: Float32Array[]) => {
    const nll = new Float32Array(positions.next.length);
    const rank = new Int32Array(positions.next.length);
    await runSequences(scorer, positions, { stateSize: size, states }, (outputs, { row, position, count, width }) => {
      const from = row * width;
      nll.set(float32Data(outputs.nll, 'nll').subarray(from, from + count), position);
      rank.set(float32Data(outputs.rank, 'rank').subarray(from, from + count), position);
    });
    positions.next.forEach((code, at) => {
      if (code === UNKNOWN) rank[at] = vocabulary.size;
    });
    return { nll, rank };
  };

  return {
    detector: 'logmamba',
    description,

    async score(set): Promise<SequenceScores> {
      const unique = uniqueSequences(set, vocabulary.encode(set.keyNames));
      const judged = await judge(unique);
      const offsets = scoreOffsets(set);
      const nll = new Float32Array(offsets[set.count]!);
      const rank = new Int32Array(nll.length);
      unique.uniqueOf.forEach((u, s) => {
        const [from, to] = [unique.offsets[u]!, unique.offsets[u + 1]!];
        nll.set(judged.nll.subarray(from, to), offsets[s]);
        rank.set(judged.rank.subarray(from, to), offsets[s]);
      });
      return { offsets, nll, rank, sequence: sequenceScores(offsets, nll, aggregate) };
    },

    async step(states, chunk): Promise<StreamScores> {
      const codes = vocabulary.encode(chunk.keyNames);
      // The key before the chunk is not yet in the state: it stands in front of it.
      const before = Int32Array.from(states, (state) => state?.[0] ?? BEGIN);
      const positions = positionsOf(chunk, codes, before);
      const carried = states.map((state) => state?.slice(1) ?? new Float32Array(size));
      const { nll, rank } = await judge(positions, carried);
      const { offsets } = positions;
      const after = carried.map((state, s) => {
        const last = chunk.offsets[s + 1]! - 1;
        const pending = last >= chunk.offsets[s]! ? codes[chunk.keys[last]!]! : before[s]!;
        return Float32Array.of(pending, ...state);
      });
      return { scores: { offsets, nll, rank, sequence: sequenceScores(offsets, nll, aggregate) }, states: after };
    },

    async expected(set, rows, k): Promise<Expected[][]> {
      teller ??= createSession(graph(['logProbs', 'state_out']), runtime);
      const positions = positionsOf(set, vocabulary.encode(set.keyNames));
      const asked = new Map(rows.map((row) => [row, [] as Expected[]]));
      await runSequences(await teller, positions, { stateSize: size }, (outputs, { row, position, count, width }) => {
        const logProbs = float32Data(outputs.logProbs, 'logProbs');
        for (let t = 0; t < count; t++) {
          const start = (row * width + t) * vocabulary.size;
          asked
            .get(position + t)
            ?.push(...mostExpected(vocabulary, logProbs.subarray(start, start + vocabulary.size), k));
        }
      });
      return rows.map((row) => asked.get(row) ?? []);
    },

    encode: async () =>
      encodeNetwork(description, weights, {
        'score.onnx': wholeGraph(weights, vocabulary.size, sizes, events),
        'step.onnx': graph(['logProbs', 'state_out']),
      }),

    async dispose() {
      await Promise.all([scorer.dispose(), teller?.then((session) => session.dispose())]);
    },
  };
}

/** `visible` and `valid` of rows that hold one session each, from `mask` (B, T). */
function plainContext(mask: Value): Required<Pick<Context, 'visible' | 'valid'>> {
  const place = cumsum(cast(or(mask, not(mask)), 'float32'), 1); // (B, T), from 1
  const visible = greaterOrEqual(expandDims(place, 2), expandDims(place, 1)); // (B, T, T)
  return { visible, valid: expandDims(cast(mask, 'float32'), 2) };
}

/** The graph over a chunk of sessions with the state before and after it. */
function chunkGraph(
  weights: Tensors,
  vocabularySize: number,
  sizes: Sizes,
  events: number,
  wanted: readonly string[],
): Uint8Array {
  const keys = input('keys', ['B', 'T'], 'int64');
  const next = input('next', ['B', 'T'], 'int64');
  const mask = input('mask', ['B', 'T'], 'bool');
  const state = input('state_in', ['B', stateSize(sizes)]);
  const parameters = weightInputs(sizes, vocabularySize);
  const { logProbs, states } = network(parameters, keys, sizes, events, plainContext(mask), unpack(state, sizes));
  const all: Values = { logProbs, ...surpriseOf(logProbs, next), state_out: pack(states, sizes) };
  return compile({
    name: 'logmamba-step',
    documentation:
      'LogMamba over a chunk of sessions. keys: vocabulary codes, 1 (^) at the begin of a session; 0 is a key never seen. ' +
      'mask: false for padding, at the end of a row only. state_in: zeros at the begin of a session, then the last state_out. ' +
      'logProbs[b, t, v]: log probability that key v follows.',
    outputs: Object.fromEntries(wanted.map((name) => [name, need(all[name])])),
    initializers: weights,
  }).bytes;
}

/** The stand-alone `score.onnx`: whole sessions, from a state of zero. */
function wholeGraph(weights: Tensors, vocabularySize: number, sizes: Sizes, events: number): Uint8Array {
  const keys = input('keys', ['B', 'T'], 'int64');
  const mask = input('mask', ['B', 'T'], 'bool');
  const { logProbs } = network(weightInputs(sizes, vocabularySize), keys, sizes, events, plainContext(mask));
  return compile({
    name: 'logmamba',
    documentation:
      'LogMamba. keys: vocabulary codes of a session, beginning with 1 (^); 0 is a key never seen, 2 ($) the end. ' +
      'mask: false where a row is padding. logProbs[b, t, v]: log probability that key v follows keys[b, 0..t]. ' +
      'Memory grows with T squared: score sessions of thousands of events in chunks, with step.onnx.',
    outputs: { logProbs },
    inputs: [keys, mask],
    initializers: weights,
  }).bytes;
}

function stateSizes(sizes: Sizes): readonly [recent: number, memory: number] {
  return [(sizes.convolution - 1) * convolved(sizes), innerWidth(sizes) * sizes.state];
}

/** Numbers that a session carries from chunk to chunk, however long it is. */
function stateSize(sizes: Sizes): number {
  const [recent, memory] = stateSizes(sizes);
  return sizes.layers * (recent + memory);
}

/** (B, S) to the states of the blocks. */
function unpack(state: Value, sizes: Sizes): BlockState[] {
  const { heads: H, state: N, convolution: K, layers } = sizes;
  const parts = split(state, 1, Array.from({ length: layers }, () => stateSizes(sizes)).flat());
  return Array.from({ length: layers }, (_, layer) => ({
    recent: reshape(need(parts[2 * layer]), ['B', K - 1, convolved(sizes)]),
    memory: reshape(need(parts[2 * layer + 1]), ['B', H, N, innerWidth(sizes) / H]),
  }));
}

function pack(states: readonly BlockState[], sizes: Sizes): Value {
  const [recent, memory] = stateSizes(sizes);
  return concat(
    states.flatMap((state) => [reshape(state.recent, ['B', recent]), reshape(state.memory, ['B', memory])]),
    1,
  );
}

/** E, the width of a block's inside. */
function innerWidth({ expand, hidden }: Sizes): number {
  return expand * hidden;
}

/** Channels of the convolution: the inside, what enters the state, and what is read from it. */
function convolved(sizes: Sizes): number {
  return innerWidth(sizes) + 2 * sizes.state;
}

function weightShapes(sizes: Sizes, V: number): Record<string, readonly number[]> {
  const { hidden: D, heads: H, state: N, convolution: K } = sizes;
  const E = innerWidth(sizes);
  const shapes: Record<string, readonly number[]> = { embedding: [V, D] };
  for (let layer = 0; layer < sizes.layers; layer++) {
    const name = `block.${layer}`;
    shapes[`${name}.norm`] = [D];
    shapes[`${name}.in`] = [D, 2 * E + 2 * N + H];
    shapes[`${name}.convolution`] = [K, E + 2 * N];
    shapes[`${name}.convolution_bias`] = [E + 2 * N];
    shapes[`${name}.dt_bias`] = [H];
    shapes[`${name}.a_log`] = [H];
    shapes[`${name}.d`] = [H];
    shapes[`${name}.gate_norm`] = [E];
    shapes[`${name}.out`] = [E, D];
  }
  return { ...shapes, norm: [D], 'output.weight': [D, V], 'output.bias': [V] };
}

/** As in the public Mamba-2: rates of decay from 1 to 16, step sizes from 0.001 to 0.1. */
function initialWeights(sizes: Sizes, vocabularySize: number, seed: number): Tensors {
  const rng = createRng(seed).fork('weights');
  return Object.fromEntries(
    Object.entries(weightShapes(sizes, vocabularySize)).map(([name, shape]) => {
      const own = rng.fork(name);
      const [rows = 1, columns = 1] = shape;
      const values = (value: () => number): Tensors[string] =>
        tensor('float32', shape, Float32Array.from({ length: rows }, value));
      const part = name.split('.').at(-1) ?? name;
      if (part === 'embedding') {
        const table = randomNormal(own, shape, 1);
        table.data.fill(0, UNKNOWN * columns, (UNKNOWN + 1) * columns);
        return [name, table];
      }
      if (part === 'norm' || part === 'gate_norm' || part === 'd') return [name, values(() => 1)];
      if (part === 'a_log') return [name, values(() => Math.log(1 + 15 * own.next()))];
      if (part === 'dt_bias') return [name, values(() => inverseSoftplus(0.001 * 100 ** own.next()))];
      if (part === 'convolution') return [name, randomUniform(own, shape, 1 / Math.sqrt(sizes.convolution))];
      return [name, shape.length === 2 ? glorotUniform(own, rows, columns) : zeros('float32', shape)];
    }),
  );
}

function inverseSoftplus(y: number): number {
  return y + Math.log(-Math.expm1(-y));
}

function weightInputs(sizes: Sizes, vocabularySize: number): Values {
  return Object.fromEntries(
    Object.entries(weightShapes(sizes, vocabularySize)).map(([name, shape]) => [name, input(name, shape)]),
  );
}

function sizesOf(description: ModelDescription): Sizes {
  const sizes = {
    hidden: hyperParameter(description, 'hidden', 4096),
    layers: hyperParameter(description, 'layers', 64),
    heads: hyperParameter(description, 'heads', 256),
    expand: hyperParameter(description, 'expand', 16),
    state: hyperParameter(description, 'state', 1024),
    convolution: hyperParameter(description, 'convolution', 64),
  };
  if (innerWidth(sizes) % sizes.heads !== 0) throw corruptModel('its heads do not divide its width');
  return sizes;
}

function three(values: readonly Value[]): [Value, Value, Value] {
  return [need(values[0]), need(values[1]), need(values[2])];
}
