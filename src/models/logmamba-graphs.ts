import { BEGIN } from '../sequence/index.ts';
import {
  add,
  and,
  cast,
  compile,
  concat,
  constant,
  cumsum,
  equal,
  expandDims,
  gather,
  greaterOrEqual,
  input,
  lessOrEqual,
  mul,
  type Neighbours,
  not,
  or,
  pad,
  reduceSum,
  reshape,
  scalar,
  slice,
  split,
  squeeze,
  stack,
  sub,
  type Tensors,
  tensor,
  type Value,
  type Values,
  where,
} from '../tensor/index.ts';
import { mambaBlocks, network, weightInputs } from './logmamba-network.ts';
import type { BlockState, Context, DropoutContext, Sizes } from './mamba-block.ts';
import { need, surpriseOf } from './next-key.ts';

/**
 * The graphs of LogMamba: what is trained, what scores here, what scores elsewhere.
 * Shapes: B rows, T positions, V vocabulary, S size of a session's state, h window.
 */

/** NLL and rank at each position of packed rows, (B, T); `batch` as of `packedExamples`. */
export function rowSurprise(
  weights: Values,
  batch: Values,
  sizes: Sizes,
  events: number,
  training?: DropoutContext,
): { nll: Value; rank: Value } {
  const [keys, next, segment] = [need(batch.keys), need(batch.next), need(batch.segment)];
  const T = Number(keys.shape[1]);
  const same = equal(expandDims(segment, 2), expandDims(segment, 1)); // (B, T, T)
  const { logProbs } = network(weights, keys, sizes, events, {
    visible: and(same, constant(causal(T))),
    neighbours: neighboursOf(segment, sizes.convolution),
    begins: expandDims(cast(not(sameSegment(segment, -1)), 'float32'), 2),
    most: T,
    ...(training ? { training } : {}),
  });
  return surpriseOf(logProbs, next);
}

/** Loss of each packed row: the mean NLL of its positions by their shares. (B) */
export function rowLoss(
  weights: Values,
  batch: Values,
  sizes: Sizes,
  events: number,
  training?: DropoutContext,
): Value {
  const { nll } = rowSurprise(weights, batch, sizes, events, training);
  return reduceSum(mul(nll, need(batch.share)), { axes: [1] });
}

/** Share of each packed row whose keys were among the k likeliest. (B) */
export function rowAccuracy(
  weights: Values,
  batch: Values,
  sizes: Sizes,
  events: number,
  k: number,
  training?: DropoutContext,
): Value {
  const { rank } = rowSurprise(weights, batch, sizes, events, training);
  return reduceSum(mul(cast(lessOrEqual(rank, k), 'float32'), need(batch.share)), { axes: [1] });
}

/** NLL and rank of the key after each window, (B); `batch` as of `windowExamples`. */
export function windowSurprise(
  weights: Values,
  batch: Values,
  sizes: Sizes,
  events: number,
  training?: DropoutContext,
): { nll: Value; rank: Value } {
  const logProbs = windowLogProbs(weights, need(batch.history), sizes, events, training);
  return surpriseOf(logProbs, need(batch.next));
}

/** Our own scoring, of sessions in chunks: `wanted` of logProbs, nll, rank and state_out. */
export function chunkGraph(
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
  const context = { ...plainContext(mask), most: MOST_IN_CHUNK };
  const { logProbs, states } = network(parameters, keys, sizes, events, context, unpack(state, sizes));
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

/** Our own scoring, of unique windows of h keys. */
export function windowGraph(
  weights: Tensors,
  vocabularySize: number,
  sizes: Sizes,
  events: number,
  window: number,
): Uint8Array {
  const history = input('history', ['B', window], 'int32');
  const next = input('next', ['B'], 'int32');
  const logProbs = windowLogProbs(weightInputs(sizes, vocabularySize), history, sizes, events);
  return compile({
    outputs: { logProbs, ...surpriseOf(logProbs, next) },
    inputs: [history, next],
    initializers: weights,
  }).bytes;
}

/** The stand-alone `score.onnx`: whole sessions, each key from all before it, or from the last `window`. */
export function wholeGraph(
  weights: Tensors,
  vocabularySize: number,
  sizes: Sizes,
  events: number,
  window: number | undefined,
): Uint8Array {
  const keys = input('keys', ['B', 'T'], 'int64');
  const mask = input('mask', ['B', 'T'], 'bool');
  const parameters = weightInputs(sizes, vocabularySize);
  const context = { ...plainContext(mask), most: MOST_AT_ONCE };
  const logProbs =
    window === undefined
      ? network(parameters, keys, sizes, events, context).logProbs
      : allWindowsLogProbs(parameters, keys, mask, sizes, events, window);
  return compile({
    name: 'logmamba',
    documentation:
      'LogMamba. keys: vocabulary codes of a session, beginning with 1 (^); 0 is a key never seen, 2 ($) the end. ' +
      'mask: false where a row is padding. logProbs[b, t, v]: log probability that key v follows keys[b, 0..t]. ' +
      (window === undefined
        ? 'Memory grows with T squared: score sessions of thousands of events in chunks, with step.onnx.'
        : `Only the last ${window} keys count.`),
    outputs: { logProbs },
    inputs: [keys, mask],
    initializers: weights,
  }).bytes;
}

/** Numbers that a session carries from chunk to chunk, however long it is. */
export function stateSize(sizes: Sizes): number {
  return sizes.layers * stateSizes(sizes).reduce((sum, size) => sum + size, 0);
}

// --- internal ---

/** Positions of a chunk at most, and of a session in `score.onnx`. */
const MOST_IN_CHUNK = 64;
const MOST_AT_ONCE = 65_536;

/** log p of the key after each window: history (B, h) -> (B, V). */
function windowLogProbs(
  weights: Values,
  history: Value,
  sizes: Sizes,
  events: number,
  training?: DropoutContext,
): Value {
  const h = Number(history.shape[1]);
  const context = { visible: constant(causal(h)), most: h, ...(training ? { training } : {}) };
  const { logProbs } = network(weights, history, sizes, events, context);
  return squeeze(slice(logProbs, 1, h - 1), 1);
}

/** log p of the key after each position from the window that ends there: keys (B, T) -> (B, T, V). */
function allWindowsLogProbs(
  weights: Values,
  keys: Value,
  mask: Value,
  sizes: Sizes,
  events: number,
  window: number,
): Value {
  const begin = scalar(BEGIN, 'int64');
  const padded = add(pad(sub(where(mask, keys, begin), begin), 1, window - 1, 0), begin); // (B, T+h-1)
  const steps = Array.from({ length: window }, (_, j) => {
    const after = window - 1 - j;
    return slice(padded, 1, j, after === 0 ? undefined : -after); // (B, T)
  });
  const windows = reshape(stack(steps, 2), ['B*T', window]);
  const flat = windowLogProbs(weights, windows, sizes, events); // (B*T, V)
  const ones = cast(or(mask, not(mask)), 'float32'); // (B, T)
  const inRow = sub(cumsum(ones, 1), 1);
  const length = reduceSum(ones, { axes: [1], keepDims: true }); // (B, 1)
  const before = sub(cumsum(length, 0), length);
  return gather(flat, cast(add(inRow, before), 'int64'));
}

/** `visible` and `valid` of rows that hold one session each, from `mask` (B, T). */
function plainContext(mask: Value): Required<Pick<Context, 'visible' | 'valid'>> {
  const place = cumsum(cast(or(mask, not(mask)), 'float32'), 1); // (B, T), from 1
  const visible = greaterOrEqual(expandDims(place, 2), expandDims(place, 1)); // (B, T, T)
  return { visible, valid: expandDims(cast(mask, 'float32'), 2) };
}

/** Whether the position so many places ahead, or back where it is below 0, is of the same segment: (B, T). */
function sameSegment(segment: Value, places: number): Value {
  const T = Number(segment.shape[1]);
  const one = add(segment, 1); // 0 is no segment
  if (Math.abs(places) >= T) return equal(one, 0);
  const other = places < 0 ? slice(pad(one, 1, -places, 0), 1, 0, T) : slice(pad(one, 1, 0, places), 1, places);
  return equal(one, other);
}

/** What a convolution of so many taps sees from each position of packed rows. */
function neighboursOf(segment: Value, taps: number): Neighbours {
  const [B = 1, T = 1] = segment.shape.map(Number);
  const place = constant(
    tensor(
      'int32',
      [B, T],
      Int32Array.from({ length: B * T }, (_, at) => at),
    ),
  );
  const at = (places: number): Value =>
    reshape(where(sameSegment(segment, places), add(place, places), B * T), [B * T]);
  const distances = Array.from({ length: taps - 1 }, (_, j) => j + 1);
  return { back: distances.map((distance) => at(-distance)), ahead: distances.map(at) };
}

/** Whether position t may look at position s, (1, T, T). */
function causal(T: number): Tensors[string] {
  return tensor(
    'bool',
    [1, T, T],
    Uint8Array.from({ length: T * T }, (_, i) => (i % T <= Math.floor(i / T) ? 1 : 0)),
  );
}

function stateSizes(sizes: Sizes): readonly [recent: number, memory: number] {
  const { channels, memory } = mambaBlocks[sizes.variant];
  return [(sizes.convolution - 1) * channels(sizes), memory(sizes).reduce((product, size) => product * size, 1)];
}

/** (B, S) to the states of the blocks. */
function unpack(state: Value, sizes: Sizes): BlockState[] {
  const { channels, memory } = mambaBlocks[sizes.variant];
  const parts = split(state, 1, Array.from({ length: sizes.layers }, () => stateSizes(sizes)).flat());
  return Array.from({ length: sizes.layers }, (_, layer) => ({
    recent: reshape(need(parts[2 * layer]), ['B', sizes.convolution - 1, channels(sizes)]),
    memory: reshape(need(parts[2 * layer + 1]), ['B', ...memory(sizes)]),
  }));
}

function pack(states: readonly BlockState[], sizes: Sizes): Value {
  const [recent, memory] = stateSizes(sizes);
  return concat(
    states.flatMap((state) => [reshape(state.recent, ['B', recent]), reshape(state.memory, ['B', memory])]),
    1,
  );
}
