import { crossFit, holdOuts } from '../models/cross-fit.ts';
import type { Detector, DetectorModel, FitOptions } from '../models/detector.ts';
import { floors } from '../models/floors.ts';
import { type Judgement, judgementFrom } from '../score/judgement.ts';
import { type PredictionAccuracy, predictionAccuracy } from '../score/prediction-accuracy.ts';
import { flagRate, thresholdForFlagRate } from '../score/threshold.ts';
import type { Split } from '../sequence/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import { detectionDelay } from './detection-delay.ts';
import { daysOf, type EventFigures, eventFigures, type TestEvents } from './event-level.ts';
import { auprc, auroc, decide, oracleF1, type PrecisionRecall } from './metrics.ts';
import { type ScoreRule, scoresByRule } from './sequence-rule.ts';

/** Share of held-out normal sessions that the chosen threshold may flag: fixed in advance for all detectors. */
export const VALIDATION_FLAG_RATE = 0.005;

/** How to evaluate a detector. */
export interface EvaluateOptions extends FitOptions {
  /** Share of the training sequences that is held out to stop and to choose the threshold. */
  readonly validationSplit: number;
  /** Parts that are held out in turn instead, where that share is too few; see `holdOuts`. */
  readonly folds?: number;
  readonly score: ScoreRule;
  /** How the share is chosen, once; whole sequences at random by the seed unless told. */
  readonly holdOut?: (set: SequenceSet, share: number, seed: number) => Split;
  /** Times and labels of the test's events, where it has them. */
  readonly testEvents?: TestEvents;
  /** Gets the model before it is closed. */
  readonly onModel?: (fitted: FittedModel) => Promise<void>;
}

/** A model as it was evaluated. */
export interface FittedModel {
  readonly model: DetectorModel;
  readonly judgement: Judgement;
  /** Of the normal test sequences, where the model predicts keys. */
  readonly test?: PredictionAccuracy;
}

/** How well a detector did with one seed. Rates are shares from 0 to 1, times are seconds. */
export interface DetectorFigures extends PrecisionRecall {
  readonly mcc: number;
  readonly auroc: number;
  readonly auprc: number;
  readonly threshold: number;
  /** Largest k at which the validation flag rate holds when "outside the top k" decides. */
  readonly topK: number;
  /** Share of held-out sessions flagged; `NaN` of a floor, which holds nothing out. */
  readonly validationFlagRate: number;
  /** The best F1 any threshold chosen on the test labels would reach; not a result. */
  readonly oracleF1: number;
  /** exp of the mean NLL of held-out events; `NaN` of a detector that predicts no keys. */
  readonly perplexity: number;
  /** Median number of events from the begin of an anomalous sequence to the first flag; see `detectionDelay`. */
  readonly detectionDelay: number;
  /** Normal sessions flagged for each day that the test spans; `NaN` where its events have no times. */
  readonly falseAlarmsPerDay: number;
  /** The same of single events, where they have labels. */
  readonly eventLevel?: EventFigures;
  readonly trainSeconds: number;
  readonly scoreSeconds: number;
  readonly eventsPerSecond: number;
}

/** A detector's figures, and the score of each test sequence they come from. */
export interface Judged {
  readonly figures: DetectorFigures;
  readonly scores: Float32Array;
  readonly sequences: { readonly train: number; readonly validation: number };
}

/**
 * Trains on normal sequences, chooses the threshold on a held-out part of them alone, and
 * judges labelled test sequences. A floor needs no threshold and learns from all of them.
 */
export async function judgeDetector(
  detector: Detector,
  train: SequenceSet,
  test: SequenceSet,
  labels: Uint8Array,
  options: EvaluateOptions,
): Promise<Judged> {
  const isFloor = Object.values<Detector>(floors).includes(detector);
  const { holdOut, testEvents = {} } = options;
  const splits = isFloor
    ? [{ train, validation: train }]
    : holdOut
      ? [holdOut(train, options.validationSplit, options.seed)]
      : holdOuts(train, options);
  const start = performance.now();
  const { model, held } = await crossFit(detector, train, splits, options);
  const trained = performance.now();
  try {
    const scoring = performance.now();
    const judged = await model.score(test);
    const scored = performance.now();

    const rule = isFloor ? 'nll' : options.score;
    const heldScores = scoresByRule(held, rule);
    const scores = scoresByRule(judged, rule);
    const threshold = isFloor ? 0 : thresholdForFlagRate(heldScores, VALIDATION_FLAG_RATE);
    const { precision, recall, f1, mcc, falsePositives } = decide(scores, labels, threshold);
    const heldEvents = rule === 'nll' ? held.nll : held.rank;
    const eventThreshold = isFloor ? 0 : thresholdForFlagRate(heldEvents, VALIDATION_FLAG_RATE);
    await options.onModel?.({
      model,
      judgement: judgementFrom(held, VALIDATION_FLAG_RATE),
      ...(model.expected ? { test: predictionAccuracy(judged, (s) => labels[s] === 0) } : {}),
    });
    return {
      scores,
      sequences: {
        train: splits.length > 1 ? train.count : (splits[0]?.train.count ?? 0),
        validation: isFloor ? 0 : held.sequence.length,
      },
      figures: {
        precision,
        recall,
        f1,
        mcc,
        auroc: auroc(scores, labels),
        auprc: auprc(scores, labels),
        threshold,
        topK: Math.floor(thresholdForFlagRate(scoresByRule(held, 'top-k'), VALIDATION_FLAG_RATE)),
        validationFlagRate: isFloor ? Number.NaN : flagRate(heldScores, threshold),
        oracleF1: oracleF1(scores, labels),
        perplexity: model.expected ? perplexity(held) : Number.NaN,
        detectionDelay: detectionDelay(judged, labels, threshold, rule),
        falseAlarmsPerDay: falsePositives / daysOf(test, testEvents.time),
        ...(testEvents.labels
          ? {
              eventLevel: eventFigures(
                judged,
                test,
                { ...testEvents, labels: testEvents.labels },
                eventThreshold,
                rule,
              ),
            }
          : {}),
        trainSeconds: (trained - start) / 1000,
        scoreSeconds: (scored - scoring) / 1000,
        eventsPerSecond: test.keys.length / ((scored - scoring) / 1000),
      },
    };
  } finally {
    await model.dispose();
  }
}

// --- internal ---

function perplexity({ nll }: SequenceScores): number {
  let sum = 0;
  for (const value of nll) sum += value;
  return Math.exp(sum / nll.length);
}
