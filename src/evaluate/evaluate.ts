import { CaracalError } from '../errors.ts';
import type { Detector, DetectorModel, FitOptions } from '../models/detector.ts';
import { floors } from '../models/floors.ts';
import { flagRate, thresholdForFlagRate } from '../score/threshold.ts';
import { splitSequences } from '../sequence/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import { findLeaks, type Leaks } from './leaks.ts';
import { auprc, auroc, decide, oracleF1, type PrecisionRecall } from './metrics.ts';

/** Share of held-out normal sessions that the chosen threshold may flag: fixed in advance for all detectors. */
export const VALIDATION_FLAG_RATE = 0.005;

/** What a sequence is judged by: its worst NLLs, or the worst rank of its keys. */
export type ScoreRule = 'nll' | 'top-k';

/** How to evaluate a detector. */
export interface EvaluateOptions extends FitOptions {
  /** Share of the training sequences that is held out to stop and to choose the threshold. */
  readonly validationSplit: number;
  readonly score: ScoreRule;
}

/** What one evaluation found. Rates are shares from 0 to 1, times are seconds. */
export interface EvaluateReport extends PrecisionRecall {
  readonly model: string;
  readonly seed: number;
  readonly mcc: number;
  readonly auroc: number;
  readonly auprc: number;
  readonly threshold: number;
  /** Largest k at which the validation flag rate holds when "outside the top k" decides. */
  readonly topK: number;
  readonly score: ScoreRule;
  readonly validationFlagRate: number;
  /** The best F1 any threshold chosen on the test labels would reach; not a result. */
  readonly oracleF1: number;
  readonly trainSeconds: number;
  readonly scoreSeconds: number;
  readonly eventsPerSecond: number;
  readonly sequences: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly anomalous: number;
  };
  readonly events: { readonly train: number; readonly test: number };
  readonly leaks: Leaks;
  readonly baselines: Readonly<Record<string, PrecisionRecall>>;
}

/**
 * Trains on normal sequences, chooses the threshold on a held-out part of them alone,
 * and judges labelled test sequences; the floors learn from all training sequences
 * and stand beside.
 *
 * @throws CaracalError `E_FORMAT_INVALID` when the test has no labels
 */
export async function evaluate(
  detector: Detector,
  train: SequenceSet,
  test: SequenceSet,
  options: EvaluateOptions,
): Promise<EvaluateReport> {
  const labels = test.labels;
  if (!labels) {
    throw new CaracalError(
      'E_FORMAT_INVALID',
      'the test sequences have no labels. Give a file with a label column of 0 and 1.',
    );
  }
  const split = splitSequences(train, options.validationSplit, options.seed);
  const start = performance.now();
  const model = await detector.fit(split.train, split.validation, options);
  const trained = performance.now();
  try {
    const held = await model.score(split.validation);
    const scoring = performance.now();
    const judged = await model.score(test);
    const scored = performance.now();

    const heldScores = sequenceScores(held, options.score);
    const scores = sequenceScores(judged, options.score);
    const threshold = thresholdForFlagRate(heldScores, VALIDATION_FLAG_RATE);
    const { precision, recall, f1, mcc } = decide(scores, labels, threshold);
    return {
      model: detector.name,
      seed: options.seed,
      precision,
      recall,
      f1,
      auroc: auroc(scores, labels),
      auprc: auprc(scores, labels),
      mcc,
      threshold,
      topK: Math.floor(thresholdForFlagRate(sequenceScores(held, 'top-k'), VALIDATION_FLAG_RATE)),
      score: options.score,
      validationFlagRate: flagRate(heldScores, threshold),
      oracleF1: oracleF1(scores, labels),
      trainSeconds: (trained - start) / 1000,
      scoreSeconds: (scored - scoring) / 1000,
      eventsPerSecond: test.keys.length / ((scored - scoring) / 1000),
      sequences: {
        train: split.train.count,
        validation: split.validation.count,
        test: test.count,
        anomalous: labels.reduce((sum, label) => sum + label, 0),
      },
      events: { train: train.keys.length, test: test.keys.length },
      leaks: findLeaks(train, test),
      baselines: await judgeFloors(train, test, labels, options),
    };
  } finally {
    await model.dispose();
  }
}

// --- internal ---

/** One score per sequence under a rule: the detector's own, or the worst rank of any key. */
function sequenceScores(scores: SequenceScores, rule: ScoreRule): Float32Array {
  if (rule === 'nll') return scores.sequence;
  return scores.sequence.map((_, s) => {
    let worst = 0;
    for (let row = scores.offsets[s]!; row < scores.offsets[s + 1]!; row++) worst = Math.max(worst, scores.rank[row]!);
    return worst;
  });
}

async function judgeFloors(train: SequenceSet, test: SequenceSet, labels: Uint8Array, options: FitOptions) {
  const judged: Record<string, PrecisionRecall> = {
    flagEverything: figures(new Float32Array(test.count).fill(1), labels),
  };
  for (const [name, floor] of Object.entries(floors)) {
    const model: DetectorModel = await floor.fit(train, train, options);
    judged[name] = figures((await model.score(test)).sequence, labels);
  }
  return judged;
}

function figures(scores: Float32Array, labels: Uint8Array): PrecisionRecall {
  const { precision, recall, f1 } = decide(scores, labels, 0);
  return { precision, recall, f1 };
}
