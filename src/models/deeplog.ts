import { CaracalError } from '../errors.ts';
import type { SequenceAggregate } from '../score/sequence-score.ts';
import { buildVocabulary, slidingWindows, vocabularyFromNames, type WindowSet } from '../sequence/index.ts';
import { adam, averaged, createSession, linearDecay } from '../tensor/index.ts';
import { train } from '../train/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { type DeepLogState, learnFeedback } from './deeplog-feedback.ts';
import {
  initialWeights,
  scoreSessions,
  scoreWindows,
  sizesOf,
  weightShapes,
  windowAccuracy,
  windowLoss,
} from './deeplog-network.ts';
import { decodeReplay, encodeReplay, REPLAY, sampleWindows } from './deeplog-replay.ts';
import type { Detector, DetectorModel, EncodedModel, FitOptions, ModelDescription } from './detector.ts';
import { aggregateOf, corruptModel, decodeNetwork, encodeNetwork } from './network-files.ts';
import { resolveOptions } from './options.ts';
import { decodeParameters, encodeParameters } from './parameter-files.ts';
import { describeParameters, fitParameters, judgeParameters, stepParameters } from './parameter-model.ts';
import { openStepper } from './stepper.ts';
import { trainingDataHash } from './training-data.ts';
import { stoppingOf, trainingRun } from './training-run.ts';
import { createWindowJudge } from './window-judge.ts';
import { windowExamples } from './window-runs.ts';
import { discoverWorkflow } from './workflow.ts';
import { predictedSuccession } from './workflow-predictions.ts';

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
  /** Most optimiser steps, whatever the log: where there are many unique windows fewer passes are made, at least one. */
  readonly maxSteps: number;
  /** Epochs without a better validation loss before training stops. */
  readonly patience: number;
  /** Learning rate of the first step; it falls to 0 by the last epoch. */
  readonly lr: number;
  /** Share of the running average of the weights that a step keeps; the average is what judges. 0 for the weights themselves. */
  readonly averaging: number;
  /** How the events of a sequence make its score. */
  readonly aggregate: SequenceAggregate;
  /** Most unique training windows that the model keeps, to learn from feedback without forgetting. */
  readonly replay: number;
  /** Share of normal values that the interval of a parameter is to hold. */
  readonly confidence: number;
}

/** Sizes from the paper; training by the loss on held-out training sessions (`bench/settings.ts`). */
export const DEEPLOG_DEFAULTS: DeepLogOptions = {
  window: 10,
  embedding: 64,
  hidden: 64,
  layers: 2,
  batchSize: 128,
  epochs: 80,
  maxSteps: 4000,
  patience: 10,
  lr: 0.01,
  averaging: 0,
  aggregate: 'max',
  replay: 20_000,
  confidence: 0.999,
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
 * The network is in `deeplog-network.ts`, what feedback does in `deeplog-feedback.ts`.
 */
export const deeplog: Detector<DeepLogOptions> = {
  name: 'deeplog',
  supervised: false,
  causal: true,
  iterative: true,
  values: true,

  async fit(trainSet, validationSet, options) {
    const settings = resolveOptions('DeepLog', DEEPLOG_DEFAULTS, options);
    if (trainSet.keys.length === 0) {
      throw new CaracalError('E_TOO_LITTLE_DATA', 'DeepLog has no event to learn from; give more normal sequences.');
    }
    const vocabulary = buildVocabulary(trainSet);
    const events = trainSet.keys.length;
    const windowsOf = (set: SequenceSet): WindowSet =>
      slidingWindows(set, vocabulary.encode(set.keyNames), settings.window);
    const windows = windowsOf(trainSet);
    const validation = windowExamples(windowsOf(validationSet));
    const result = await train({
      ...settings,
      initial: initialWeights(settings, vocabulary.size, options.seed),
      loss: windowLoss(settings, events),
      accuracy: windowAccuracy(settings, events),
      train: windowExamples(windows),
      validation,
      optimizer: (steps) => averaged(adam({ lr: linearDecay(settings.lr, steps) }), settings.averaging),
      ...trainingRun('deeplog', settings, options),
    });
    const parameters = await fitParameters(trainSet, validationSet, vocabulary, { ...options, ...settings });
    const description: ModelDescription = {
      kind: 'deeplog',
      hyperParameters: {
        ...settings,
        parameters: describeParameters(parameters),
        bestEpoch: result.bestEpoch,
        stopping: stoppingOf(validationSet, options),
      },
      vocabulary: vocabulary.names,
      seed: options.seed,
      history: result.history,
      trainingDataHash: trainingDataHash(trainSet),
      trainingEvents: events,
    };
    const replay = sampleWindows(windows, settings.replay, createRng(options.seed).fork('replay'));
    return openModel({ description, vocabulary, weights: result.parameters, replay, parameters }, options);
  },

  async decode(encoded) {
    const { description } = encoded;
    if (description.kind !== 'deeplog') throw corruptModel(`it is of the kind ${description.kind}, not deeplog`);
    const vocabulary = vocabularyFromNames(description.vocabulary);
    const weights = decodeNetwork(encoded, weightShapes(sizesOf(description), vocabulary.size));
    if (!(description.trainingEvents > 0)) throw corruptModel('it says that it saw no training events');
    const replay = decodeReplay(encoded.files.get(REPLAY), sizesOf(description).window, vocabulary.size);
    const parameters = decodeParameters(
      encoded.files,
      vocabulary,
      String(description.hyperParameters.parameters ?? 'none'),
    );
    return openModel({ description, vocabulary, weights, replay, parameters }, {});
  },
};

// --- internal ---

/** Predictions this much rarer than the likeliest are left out of the workflow. */
const NOISE = 0.02;

async function openModel(state: DeepLogState, { threads }: Pick<FitOptions, 'threads'>): Promise<DetectorModel> {
  const { description, vocabulary, weights, replay, parameters } = state;
  const sizes = sizesOf(description);
  const events = description.trainingEvents;
  const graph = scoreWindows(weights, sizes, vocabulary.size, events);
  const session = await createSession(graph, threads === undefined ? {} : { threads });
  const aggregate = aggregateOf(description);

  return {
    detector: 'deeplog',
    description,
    ...createWindowJudge(session, {
      vocabulary,
      window: sizes.window,
      aggregate,
      openStepper: () => openStepper(graph),
    }),

    parameters: async (set) => parameters && judgeParameters(parameters, set, vocabulary, threads),

    stepParameters: async (states, chunk) =>
      parameters && stepParameters(parameters, states, chunk, vocabulary, threads),

    workflow: async () => discoverWorkflow(await predictedSuccession(session, replay, vocabulary), { noise: NOISE }),

    update: async (feedback, options) => openModel(await learnFeedback(state, feedback, options), options),

    async encode(): Promise<EncodedModel> {
      const graph = scoreSessions(weights, sizes, vocabulary.size, events);
      const { files } = encodeNetwork(description, weights, { 'score.onnx': graph });
      const more = encodeParameters(parameters, vocabulary);
      return { description, files: new Map([...files, [REPLAY, encodeReplay(replay)], ...more]) };
    },
  };
}
