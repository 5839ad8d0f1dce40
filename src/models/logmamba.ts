import { CaracalError } from '../errors.ts';
import type { SequenceAggregate } from '../score/sequence-score.ts';
import { buildVocabulary, reorderSequences, type Vocabulary, vocabularyFromNames } from '../sequence/index.ts';
import { adamW, averaged, clipByNorm, createSession, linearDecay, type Tensors, warmup } from '../tensor/index.ts';
import { train } from '../train/index.ts';
import type { Detector, DetectorModel, FitOptions, ModelDescription } from './detector.ts';
import { chunkGraph, stateSize, wholeGraph, windowGraph } from './logmamba-graphs.ts';
import { bySession, byWindow } from './logmamba-lessons.ts';
import { initialWeights, sizesOf, weightShapes } from './logmamba-network.ts';
import { innerWidth, MAMBA_VARIANTS, type MambaVariant } from './mamba-block.ts';
import { aggregateOf, corruptModel, decodeNetwork, encodeNetwork, hyperParameter } from './network-files.ts';
import { need } from './next-key.ts';
import { resolveOptions } from './options.ts';
import { createSessionJudge } from './session-judge.ts';
import { openStepper } from './stepper.ts';
import { trainingDataHash } from './training-data.ts';
import { stoppingOf, trainingRun } from './training-run.ts';
import { createWindowJudge } from './window-judge.ts';

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
  /** Most positions of a row in training; longer sessions are cut, with a quarter of it as context. */
  readonly row: number;
  /** Copies of each session with its events in other orders that training has shown, see `reorderSequences`. */
  readonly reorderings: number;
  /** Swaps of neighbours tried in such a copy, as a share of its length. */
  readonly swaps: number;
  /** Rows, or windows, of a batch. */
  readonly batchSize: number;
  /** Most passes over the unique sessions and their copies. */
  readonly epochs: number;
  /** Most optimiser steps, whatever the log: where there are many rows fewer copies and passes are made, at least one. */
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

/** Sizes as published for small models, but for the reach of the convolution; that and the training by held-out training sessions (`bench/settings.ts`). */
export const LOGMAMBA_DEFAULTS: LogMambaOptions = {
  variant: 'mamba-2',
  hidden: 64,
  layers: 2,
  heads: 4,
  expand: 2,
  state: 16,
  convolution: 8,
  row: 64,
  reorderings: 5,
  swaps: 0.3,
  batchSize: 16,
  epochs: 25,
  maxSteps: 4000,
  patience: 10,
  lr: 0.01,
  weightDecay: 0.01,
  averaging: 0.998,
  dropout: 0.1,
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
 * recurrence with a carried state; both give the same. The block is in `mamba-2.ts`, the
 * network around it in `logmamba-network.ts`, its graphs in `logmamba-graphs.ts`, what it
 * learns from in `logmamba-lessons.ts`, how it judges in `session-judge.ts`.
 *
 * Shapes: B sessions, T positions, D hidden, E expand * hidden, H heads, P = E / H, N state, V vocabulary.
 */
export const logmamba: Detector<LogMambaOptions> = {
  name: 'logmamba',
  supervised: false,
  causal: true,
  iterative: true,

  async fit(trainSet, validationSet, options) {
    const settings = settingsOf(options);
    if (trainSet.keys.length === 0) {
      throw new CaracalError('E_TOO_LITTLE_DATA', 'LogMamba has no event to learn from; give more normal sequences.');
    }
    const vocabulary = buildVocabulary(trainSet);
    const events = trainSet.keys.length;
    const { window } = settings;
    const lesson = { ...settings, seed: options.seed, vocabulary, events };
    const { examples, loss, accuracy } = window === undefined ? bySession(lesson) : byWindow({ ...lesson, window });
    const copies = copiesOf(settings, events);
    const [lessons, validation] = examples(
      reorderSequences(trainSet, { ...settings, copies, seed: options.seed }),
      validationSet,
    );
    const result = await train({
      ...settings,
      initial: initialWeights(settings, vocabulary.size, options.seed),
      loss,
      accuracy,
      train: need(lessons),
      validation: need(validation),
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
        stopping: stoppingOf(validationSet, options),
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

/** No more copies than `maxSteps` can look at once. */
function copiesOf({ reorderings, maxSteps, batchSize, row, window }: LogMambaOptions, events: number): number {
  const most = (maxSteps * batchSize * (window === undefined ? row : 1)) / events;
  return Math.min(reorderings, Math.max(0, Math.floor(most) - 1));
}

interface OpenState {
  readonly description: ModelDescription;
  readonly vocabulary: Vocabulary;
  readonly weights: Tensors;
}

async function openModel(state: OpenState, { threads }: Pick<FitOptions, 'threads'>): Promise<DetectorModel> {
  const { description, vocabulary, weights } = state;
  const sizes = sizesOf(description);
  const events = description.trainingEvents;
  const { size } = vocabulary;
  const aggregate = aggregateOf(description);
  const runtime = threads === undefined ? {} : { threads };
  const window =
    description.hyperParameters.window === undefined ? undefined : hyperParameter(description, 'window', 1000);
  const scoreGraph = (): Uint8Array => wholeGraph(weights, size, sizes, events, window);
  if (window !== undefined) {
    const graph = windowGraph(weights, size, sizes, events, window);
    return {
      detector: 'logmamba',
      description,
      ...createWindowJudge(await createSession(graph, runtime), {
        vocabulary,
        window,
        aggregate,
        openStepper: () => openStepper(graph),
      }),
      encode: async () => encodeNetwork(description, weights, { 'score.onnx': scoreGraph() }),
    };
  }
  const chunks = (outputs: readonly string[]): Uint8Array => chunkGraph(weights, size, sizes, events, outputs);
  const scores = ['nll', 'rank', 'state_out'];
  const scorer = await createSession(chunks(scores), runtime);
  const { dispose, ...judge } = createSessionJudge(scorer, {
    vocabulary,
    aggregate,
    stateSize: stateSize(sizes),
    openStepper: () => openStepper(chunks(scores)),
    openTeller: () => createSession(chunks(['logProbs', 'state_out']), runtime),
  });
  return {
    detector: 'logmamba',
    description,
    ...judge,
    encode: async () =>
      encodeNetwork(description, weights, {
        'score.onnx': scoreGraph(),
        'step.onnx': chunks(['logProbs', 'state_out']),
      }),
    dispose,
  };
}
