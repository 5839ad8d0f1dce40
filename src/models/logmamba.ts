import { CaracalError } from '../errors.ts';
import { type SequenceAggregate, sequenceScores } from '../score/sequence-score.ts';
import {
  BEGIN,
  buildVocabulary,
  type Positions,
  packSequences,
  positionsOf,
  scoreOffsets,
  slidingWindows,
  UNKNOWN,
  uniqueSequences,
  type Vocabulary,
  vocabularyFromNames,
} from '../sequence/index.ts';
import {
  adamW,
  averaged,
  cast,
  clipByNorm,
  createSession,
  float32Data,
  lessOrEqual,
  linearDecay,
  type Session,
  type Tensors,
  type Value,
  warmup,
} from '../tensor/index.ts';
import { type TrainOptions, train } from '../train/index.ts';
import type { Expected, SequenceScores, SequenceSet } from '../types.ts';
import type { Detector, DetectorModel, FitOptions, ModelDescription, StreamScores } from './detector.ts';
import {
  chunkGraph,
  rowAccuracy,
  rowLoss,
  stateSize,
  wholeGraph,
  windowGraph,
  windowSurprise,
} from './logmamba-graphs.ts';
import { initialWeights, sizesOf, weightShapes } from './logmamba-network.ts';
import { type DropoutContext, innerWidth, MAMBA_VARIANTS, type MambaVariant, type Sizes } from './mamba-block.ts';
import { aggregateOf, corruptModel, decodeNetwork, encodeNetwork, hyperParameter } from './network-files.ts';
import { mostExpected } from './next-key.ts';
import { resolveOptions } from './options.ts';
import { packedExamples, runSequences } from './sequence-runs.ts';
import { trainingDataHash } from './training-data.ts';
import { trainingRun } from './training-run.ts';
import { createWindowJudge } from './window-judge.ts';
import { windowExamples } from './window-runs.ts';

/** Options of LogMamba. */
export interface LogMambaOptions {
  /** Kind of block: Mamba-2, or Mamba-1 as the reference. */
  readonly variant: MambaVariant;
  /** Judge each key by the last so many keys, like DeepLog, instead of by the whole session before it. */
  readonly window?: number;
  /** Width of the network (the paper's d_model). */
  readonly hidden: number;
  /** Blocks. */
  readonly layers: number;
  /** Heads of a block; each has its own decay (Mamba-2). */
  readonly heads: number;
  /** Width of a block's inside, as a multiple of `hidden`. */
  readonly expand: number;
  /** Size of each channel's state. */
  readonly state: number;
  /** Reach of the convolution, in events, at least 2. */
  readonly convolution: number;
  /** Positions of a row in training; longer sessions are cut, with a quarter of it as context. */
  readonly row: number;
  /** Rows, or windows, of a batch. */
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
  /** Share of the running average of the weights that a step keeps; the average is what judges. 0 for the weights themselves. */
  readonly averaging: number;
  /** Share of the numbers behind the embedding and each block that a training step leaves out. */
  readonly dropout: number;
  /** How the events of a sequence make its score. */
  readonly aggregate: SequenceAggregate;
}

/** Sizes as published for small models; training by the loss on held-out training sessions. */
export const LOGMAMBA_DEFAULTS: LogMambaOptions = {
  variant: 'mamba-2',
  hidden: 64,
  layers: 2,
  heads: 4,
  expand: 2,
  state: 16,
  convolution: 4,
  row: 64,
  batchSize: 16,
  epochs: 60,
  maxSteps: 1_000_000,
  patience: 10,
  lr: 0.01,
  weightDecay: 0.01,
  averaging: 0.998,
  dropout: 0,
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
 * recurrence with a carried state; both give the same. The network is in
 * `logmamba-network.ts` and the `mamba-*.ts` beside it, its graphs in `logmamba-graphs.ts`.
 *
 * Shapes: B sessions, T positions, D hidden, E expand * hidden, H heads, P = E / H, N state, V vocabulary.
 */
export const logmamba: Detector<LogMambaOptions> = {
  name: 'logmamba',
  supervised: false,
  causal: true,

  async fit(trainSet, validationSet, options) {
    const settings = settingsOf(options);
    if (trainSet.keys.length === 0) {
      throw new CaracalError('E_TOO_LITTLE_DATA', 'LogMamba has no event to learn from; give more normal sequences.');
    }
    const vocabulary = buildVocabulary(trainSet);
    const events = trainSet.keys.length;
    const lesson = settings.window === undefined ? bySession : byWindow;
    const { examples, loss, accuracy } = lesson({ ...settings, seed: options.seed }, vocabulary, events);
    const validation = examples(validationSet);
    const result = await train({
      ...settings,
      initial: initialWeights(settings, vocabulary.size, options.seed),
      loss,
      accuracy,
      train: examples(trainSet),
      validation,
      optimizer: (steps) =>
        averaged(
          clipByNorm(
            adamW({
              lr: warmup(linearDecay(settings.lr, steps), Math.ceil(steps / 20)),
              weightDecay: settings.weightDecay,
            }),
            1,
          ),
          settings.averaging,
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
    return openModel({ description, vocabulary, weights: result.parameters }, options);
  },

  async decode(encoded) {
    const { description } = encoded;
    if (description.kind !== 'logmamba') throw corruptModel(`it is of the kind ${description.kind}, not logmamba`);
    const vocabulary = vocabularyFromNames(description.vocabulary);
    const weights = decodeNetwork(encoded, weightShapes(sizesOf(description), vocabulary.size));
    if (!(description.trainingEvents > 0)) throw corruptModel('it says that it saw no training events');
    return openModel({ description, vocabulary, weights }, {});
  },
};

// --- internal ---

/** In windows, a batch of rows is a small one. */
const WINDOW_DEFAULTS: LogMambaOptions = { ...LOGMAMBA_DEFAULTS, window: 10, batchSize: 128 };

function settingsOf(options: Partial<LogMambaOptions>): LogMambaOptions {
  const defaults = options.window === undefined ? LOGMAMBA_DEFAULTS : WINDOW_DEFAULTS;
  const settings = resolveOptions('LogMamba', defaults, options);
  const inner = innerWidth(settings);
  if (!MAMBA_VARIANTS.includes(settings.variant)) {
    throw new CaracalError(
      'E_USAGE',
      `LogMamba's variant must be ${MAMBA_VARIANTS.join(' or ')}, not ${settings.variant}.`,
    );
  }
  if (inner % settings.heads !== 0) {
    throw new CaracalError('E_USAGE', `LogMamba's heads (${settings.heads}) must divide expand * hidden (${inner}).`);
  }
  if (settings.convolution < 2) {
    throw new CaracalError('E_USAGE', `LogMamba's convolution must reach over at least 2 events, not 1.`);
  }
  return settings;
}

/** What is trained on, and what is wanted of it. */
interface Lesson {
  examples(set: SequenceSet): TrainOptions['train'];
  readonly loss: TrainOptions['loss'];
  readonly accuracy: Required<TrainOptions>['accuracy'];
}

type LessonSettings = LogMambaOptions & { readonly seed: number };

function dropoutOf({ dropout: rate, seed }: LessonSettings, step: Value | undefined): DropoutContext | undefined {
  return step && rate > 0 ? { rate, seed, step } : undefined;
}

/** Whole sessions, packed into rows: every key from all before it. */
function bySession(settings: LessonSettings, vocabulary: Vocabulary, events: number): Lesson {
  return {
    examples: (set) =>
      packedExamples(
        packSequences(uniqueSequences(set, vocabulary.encode(set.keyNames)), settings.row, settings.row >> 2),
      ),
    loss: (weights, batch, step) => rowLoss(weights, batch, settings, events, dropoutOf(settings, step)),
    accuracy: (weights, batch, k, step) => rowAccuracy(weights, batch, settings, events, k, dropoutOf(settings, step)),
  };
}

/** Windows: the key behind each from those in it. */
function byWindow(settings: LessonSettings, vocabulary: Vocabulary, events: number): Lesson {
  const { window = 1 } = settings;
  return {
    examples: (set) => windowExamples(slidingWindows(set, vocabulary.encode(set.keyNames), window)),
    loss: (weights, batch, step) => windowSurprise(weights, batch, settings, events, dropoutOf(settings, step)).nll,
    accuracy: (weights, batch, k, step) =>
      cast(lessOrEqual(windowSurprise(weights, batch, settings, events, dropoutOf(settings, step)).rank, k), 'float32'),
  };
}

interface OpenState {
  readonly description: ModelDescription;
  readonly vocabulary: Vocabulary;
  readonly weights: Tensors;
}

type Judge = Required<Pick<DetectorModel, 'score' | 'step' | 'expected' | 'dispose'>>;

async function openModel(state: OpenState, { threads }: Pick<FitOptions, 'threads'>): Promise<DetectorModel> {
  const { description, vocabulary, weights } = state;
  const sizes = sizesOf(description);
  const events = description.trainingEvents;
  const runtime = threads === undefined ? {} : { threads };
  const window =
    description.hyperParameters.window === undefined ? undefined : hyperParameter(description, 'window', 1000);
  const step = chunkGraph(weights, vocabulary.size, sizes, events, ['logProbs', 'state_out']);
  const judge = window === undefined ? sessionJudge(state, sizes, runtime) : windowJudge(state, sizes, window, runtime);
  return {
    detector: 'logmamba',
    description,
    ...(await judge),
    encode: async () =>
      encodeNetwork(description, weights, {
        'score.onnx': wholeGraph(weights, vocabulary.size, sizes, events, window),
        ...(window === undefined ? { 'step.onnx': step } : {}),
      }),
  };
}

async function windowJudge(
  { description, vocabulary, weights }: OpenState,
  sizes: Sizes,
  window: number,
  runtime: { threads?: number },
): Promise<Judge> {
  const graph = windowGraph(weights, vocabulary.size, sizes, description.trainingEvents, window);
  const session = await createSession(graph, runtime);
  const judge = createWindowJudge(session, { vocabulary, window, aggregate: aggregateOf(description) });
  return { ...judge, dispose: () => session.dispose() };
}

/** Judges sessions from their begin, in chunks whose states are carried on. */
async function sessionJudge(
  { description, vocabulary, weights }: OpenState,
  sizes: Sizes,
  runtime: { threads?: number },
): Promise<Judge> {
  const events = description.trainingEvents;
  const aggregate = aggregateOf(description);
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

    async dispose() {
      await Promise.all([scorer.dispose(), teller?.then((session) => session.dispose())]);
    },
  };
}
