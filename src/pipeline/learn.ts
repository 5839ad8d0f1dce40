import { CaracalError } from '../errors.ts';
import { crossFit, type Detector, type DetectorModel, type FitOptions, holdOuts } from '../models/index.ts';
import {
  flagRate,
  type Judgement,
  judgementFrom,
  type PredictionAccuracy,
  predictionAccuracy,
} from '../score/index.ts';
import { splitSequences } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { EVENT_FLAG_RATE } from './channel.ts';

/** How to learn a model that will judge other logs. */
export interface LearnOptions extends FitOptions {
  readonly validationSplit: number;
  /** Parts that are held out in turn instead, where that share is too few; see `holdOuts`. */
  readonly folds?: number;
  /** Share of the sequences kept apart, to say at the end how well the model predicts; none unless told. */
  readonly testSplit?: number;
}

/** A model and how it decides, both from normal sequences alone. */
export interface Learned {
  readonly model: DetectorModel;
  /** Flags at most 0.5 % of the held-out sequences, and of their events. */
  readonly judgement: Judgement;
  /** Share of the held-out sequences that the threshold flags. */
  readonly validationFlagRate: number;
  /** Where `folds` is more than 1, all were held out in turn. */
  readonly sequences: { readonly train: number; readonly validation: number; readonly folds: number };
  /** Of the sequences kept apart, where there are any and the model predicts keys. */
  readonly test?: PredictionAccuracy;
}

/**
 * Learns a model and its thresholds from normal sequences.
 *
 * @throws CaracalError `E_TOO_LITTLE_DATA` without events
 */
export async function learn(detector: Detector, set: SequenceSet, options: LearnOptions): Promise<Learned> {
  if (set.keys.length === 0) {
    throw new CaracalError(
      'E_TOO_LITTLE_DATA',
      'there is no event to learn from. Give normal logs or sequences with keys.',
    );
  }
  const { testSplit = 0 } = options;
  const everyKey = { learnEveryKey: true };
  const { train, validation: apart } = splitSequences(set, testSplit, options.seed, everyKey);
  const splits = holdOuts(train, { ...options, ...everyKey });
  const { model, held } = await crossFit(detector, train, splits, options);
  const judgement = judgementFrom(held, EVENT_FLAG_RATE);
  return {
    model,
    judgement,
    validationFlagRate: flagRate(held.sequence, judgement.threshold),
    sequences: {
      train: splits.length > 1 ? train.count : (splits[0]?.train.count ?? 0),
      validation: held.sequence.length,
      folds: splits.length,
    },
    ...(model.expected && apart.count > 0 ? { test: predictionAccuracy(await model.score(apart)) } : {}),
  };
}
