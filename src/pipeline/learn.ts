import { CaracalError } from '../errors.ts';
import type { Detector, DetectorModel, FitOptions } from '../models/index.ts';
import { type Calibration, calibrate, flagRate, thresholdForFlagRate } from '../score/index.ts';
import { splitSequences } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { EVENT_FLAG_RATE } from './channel.ts';

/** How to learn a model that will judge other logs. */
export interface LearnOptions extends FitOptions {
  readonly validationSplit: number;
}

/** A model and how it decides, both from normal sequences alone. */
export interface Learned {
  readonly model: DetectorModel;
  readonly judgement: {
    /** A sequence that scores above it is flagged: at most 0.5 % of the held-out ones do. */
    readonly threshold: number;
    /** An event that scores above it is flagged: at most 0.5 % of the held-out ones do. */
    readonly eventThreshold: number;
    /** Rank that at most 0.5 % of the held-out events exceed. */
    readonly topK: number;
    readonly calibration: Calibration;
  };
  /** Share of the held-out sequences that the threshold flags. */
  readonly validationFlagRate: number;
  readonly sequences: { readonly train: number; readonly validation: number };
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
  const { validationSplit, ...fit } = options;
  const { train, validation } = splitSequences(set, validationSplit, options.seed, { learnEveryKey: true });
  const model = await detector.fit(train, validation, fit);
  const held = await model.score(validation);
  const threshold = thresholdForFlagRate(held.sequence, EVENT_FLAG_RATE);
  return {
    model,
    judgement: {
      threshold,
      eventThreshold: thresholdForFlagRate(held.nll, EVENT_FLAG_RATE),
      topK: Math.floor(thresholdForFlagRate(held.rank, EVENT_FLAG_RATE)),
      calibration: calibrate(held.nll),
    },
    validationFlagRate: flagRate(held.sequence, threshold),
    sequences: { train: train.count, validation: validation.count },
  };
}
