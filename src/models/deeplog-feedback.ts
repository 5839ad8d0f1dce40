import { CaracalError } from '../errors.ts';
import { slidingWindows, UNKNOWN, type Vocabulary, vocabularyFromNames } from '../sequence/index.ts';
import { adam, createSession, float32Data, linearDecay, type Tensors, tensor } from '../tensor/index.ts';
import { train } from '../train/index.ts';
import type { SequenceSet } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { createRng } from '../util/rng.ts';
import { type Sizes, scoreWindows, sizesOf, windowLoss } from './deeplog-network.ts';
import { joinWindows, sampleWindows, selectWindows } from './deeplog-replay.ts';
import type { Feedback, FitOptions, ModelDescription } from './detector.ts';
import { hyperParameter } from './network-files.ts';
import type { ParameterModel } from './parameter-model.ts';
import { trainingDataHash } from './training-data.ts';
import { runWindows, type UniqueWindows, windowExamples } from './window-runs.ts';

/** All that a DeepLog model is. */
export interface DeepLogState {
  readonly description: ModelDescription;
  readonly vocabulary: Vocabulary;
  readonly weights: Tensors;
  /** Training windows that feedback is learned together with. */
  readonly replay: UniqueWindows;
  /** What it knows of values; feedback does not change it. */
  readonly parameters: ParameterModel | null;
}

/**
 * The model after feedback: trained on from its weights, by few small steps over the
 * windows it kept together with the marked ones that still surprise, until none does.
 *
 * Source: Du et al. (2017), section 5.3, "online update and training"; the replay is ours:
 * `bench/forgetting.ts` measures what it keeps.
 *
 * @throws CaracalError `E_TOO_LITTLE_DATA` where no event was marked, `E_USAGE` for one that is not there
 */
export async function learnFeedback(
  { description, vocabulary: known, weights, replay, parameters }: DeepLogState,
  feedback: Feedback,
  options: FitOptions,
): Promise<DeepLogState> {
  const { vocabulary, windows } = markedWindows(feedback, known, replay.size);
  if (windows.count === 0) {
    throw new CaracalError('E_TOO_LITTLE_DATA', 'No event is marked, so there is nothing to learn; mark at least one.');
  }
  const marks = sum(windows.weight);
  const events = description.trainingEvents + marks;
  const network = { sizes: sizesOf(description), vocabulary: vocabulary.size, events };
  let learned = growWeights(weights, vocabulary.size - known.size, description.trainingEvents);
  const usual = weightedQuantile(await surprises(learned, replay, network, options), replay.weight, USUAL);
  let marked = windows;
  for (let round = 0; round < ROUNDS; round++) {
    const nll = await surprises(learned, windows, network, options);
    const odd = nll.map((value) => (value > usual ? 1 : 0));
    if (!odd.includes(1)) break;
    const weight = (SHARE * GROWTH ** round * description.trainingEvents) / sum(odd);
    marked = { ...windows, weight: marked.weight.map((before, window) => (odd[window] ? weight : before)) };
    learned = await practise(learned, joinWindows(replay, marked), network, options);
  }
  // With the weight that it took to learn them, so that later updates do not undo this one.
  const kept = joinWindows(replay, marked);
  const most = hyperParameter(description, 'replay', Number.MAX_SAFE_INTEGER);
  return {
    description: {
      ...description,
      hyperParameters: {
        ...description.hyperParameters,
        updates: 1 + Number(description.hyperParameters.updates ?? 0),
      },
      vocabulary: vocabulary.names,
      trainingEvents: events,
      trainingDataHash: contentId([description.trainingDataHash, trainingDataHash(feedback.sequences)], 64),
    },
    vocabulary,
    weights: learned,
    parameters,
    replay: sampleWindows(kept, most, createRng(options.seed).fork('replay')),
  };
}

// --- internal ---

/** A marked event is learned when it surprises no more than this share of the events of the training. */
const USUAL = 0.99;
/** What the marked windows that still surprise weigh of the training events in the first round, and by what it grows with each round. */
const SHARE = 0.005;
const GROWTH = 1.5;
const ROUNDS = 10;
/** Small steps, of which those of one round reach every kept window at least once where there are few. */
const PRACTICE = { steps: 40, lr: 0.002, batchSize: 128 };

/** What the graphs of a network are made from. */
interface Network {
  readonly sizes: Sizes;
  readonly vocabulary: number;
  readonly events: number;
}

/** False positives as windows, and the vocabulary with the keys that they bring. */
interface MarkedWindows {
  readonly vocabulary: Vocabulary;
  /** Weighted by how often each was marked. */
  readonly windows: UniqueWindows;
}

/**
 * The windows of marked events. A key that was never seen joins the vocabulary where it was
 * marked; elsewhere in the sequences it stays unseen, for nobody said that it is normal.
 *
 * @param size keys of history of each window
 */
function markedWindows({ sequences, rows }: Feedback, known: Vocabulary, size: number): MarkedWindows {
  const names = rowNames(sequences);
  const marked = rows ?? Array.from(names.keys());
  const markedNames = marked.map((row) => {
    const name = names[row];
    if (name !== undefined) return name;
    throw new CaracalError('E_USAGE', `There is no event ${row} in these sequences; mark 0 to ${names.length - 1}.`);
  });
  const fresh = new Set(markedNames.filter((name) => known.encode([name])[0] === UNKNOWN));
  const vocabulary = fresh.size === 0 ? known : vocabularyFromNames([...known.names, ...fresh]);
  const all = slidingWindows(sequences, vocabulary.encode(sequences.keyNames), size);
  const times = new Map<number, number>();
  for (const row of marked) {
    const window = all.windowOf[row]!;
    times.set(window, (times.get(window) ?? 0) + 1);
  }
  const windows = selectWindows(all, Int32Array.from(times.keys()));
  return { vocabulary, windows: { ...windows, weight: Float32Array.from(times.values()) } };
}

/**
 * DeepLog's weights for a vocabulary with `more` keys at its end. A new key says nothing in
 * a history, as before, and starts out as improbable a next key as one event among `events`.
 */
function growWeights(weights: Tensors, more: number, events: number): Tensors {
  const [size = 0, width = 0] = weights.embedding?.shape ?? [];
  const [hidden = 0] = weights['output.weight']?.shape ?? [];
  const extended = (name: string, rows: number, extra: number, value: number): Float32Array =>
    extendRows(float32Data(weights[name], name), rows, extra, value);
  return {
    ...weights,
    embedding: tensor('float32', [size + more, width], extended('embedding', 1, more * width, 0)),
    'output.weight': tensor('float32', [hidden, size + more], extended('output.weight', hidden, more, 0)),
    'output.bias': tensor('float32', [size + more], extended('output.bias', 1, more, -Math.log(events))),
  };
}

/** The weights with the key that stands for all unseen ones as it always is: it says nothing. */
function silenceUnknown(weights: Tensors): Tensors {
  const [size = 0, width = 0] = weights.embedding?.shape ?? [];
  const embedding = float32Data(weights.embedding, 'embedding').slice();
  embedding.fill(0, UNKNOWN * width, (UNKNOWN + 1) * width);
  return { ...weights, embedding: tensor('float32', [size, width], embedding) };
}

/** Key of each score row, `$` for the end of a closed sequence. */
function rowNames(set: SequenceSet): string[] {
  const names: string[] = [];
  for (let s = 0; s < set.count; s++) {
    for (const key of set.keys.subarray(set.offsets[s], set.offsets[s + 1])) names.push(set.keyNames[key] ?? '');
    if (set.closed[s]) names.push('$');
  }
  return names;
}

/** Matrix data of `rows` equal rows, each with `extra` elements of `value` at its end. */
function extendRows(data: Float32Array, rows: number, extra: number, value: number): Float32Array {
  const width = data.length / rows;
  const wider = new Float32Array(data.length + rows * extra).fill(value);
  for (let row = 0; row < rows; row++) wider.set(data.subarray(row * width, (row + 1) * width), row * (width + extra));
  return wider;
}

/** The weights after some steps over `windows`. */
async function practise(
  weights: Tensors,
  windows: UniqueWindows,
  { sizes, events }: Network,
  { seed, threads, onEpoch }: FitOptions,
): Promise<Tensors> {
  const { steps, lr, batchSize } = PRACTICE;
  const epochs = Math.ceil((steps * batchSize) / Math.max(batchSize, windows.count));
  const { parameters } = await train({
    epochs,
    batchSize,
    maxSteps: steps,
    patience: epochs,
    initial: weights,
    loss: windowLoss(sizes, events),
    train: windowExamples(windows),
    validation: windowExamples(selectWindows(windows, new Int32Array(0))),
    optimizer: (most) => adam({ lr: linearDecay(lr, most) }),
    seed,
    ...(threads === undefined ? {} : { runtime: { threads } }),
    ...(onEpoch ? { onEpoch } : {}),
  });
  return silenceUnknown(parameters);
}

/** NLL of each window. */
async function surprises(
  weights: Tensors,
  windows: UniqueWindows,
  { sizes, vocabulary, events }: Network,
  { threads }: FitOptions,
): Promise<Float32Array> {
  const session = await createSession(
    scoreWindows(weights, sizes, vocabulary, events),
    threads === undefined ? {} : { threads },
  );
  const nll = new Float32Array(windows.count);
  const all = Int32Array.from(nll.keys());
  await runWindows(session, windows, all, (outputs, start) => nll.set(float32Data(outputs.nll, 'nll'), start));
  await session.dispose();
  return nll;
}

/** The value that `share` of the weight does not exceed. */
function weightedQuantile(values: Float32Array, weights: Float32Array, share: number): number {
  const order = Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  let left = share * sum(weights);
  for (const row of order) {
    left -= weights[row]!;
    if (left <= 0) return values[row]!;
  }
  return values[order.at(-1) ?? 0] ?? 0;
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
