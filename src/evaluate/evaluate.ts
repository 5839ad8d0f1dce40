import { CaracalError } from '../errors.ts';
import type { Detector } from '../models/detector.ts';
import { floors } from '../models/floors.ts';
import type { SequenceSet } from '../types.ts';
import { type DetectorFigures, type EvaluateOptions, judgeDetector } from './judge-detector.ts';
import { findLeaks, type Leaks } from './leaks.ts';
import type { PrecisionRecall } from './metrics.ts';
import type { ScoreRule } from './sequence-rule.ts';

/** What one evaluation found. */
export interface EvaluateReport extends DetectorFigures {
  readonly model: string;
  readonly seed: number;
  readonly score: ScoreRule;
  readonly sequences: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly anomalous: number;
  };
  readonly events: { readonly train: number; readonly test: number };
  readonly leaks: Leaks;
  readonly baselines: Readonly<Record<string, BaselineFigures>>;
  /** The baseline with the best F1 where it is better than the model's. */
  readonly beatenBy: string | null;
}

/** What is told of a floor. */
export interface BaselineFigures extends PrecisionRecall, Partial<Pick<DetectorFigures, 'eventLevel'>> {}

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
  const labels = labelsOf(test);
  const { figures, sequences } = await judgeDetector(detector, train, test, labels, options);
  const baselines: Record<string, BaselineFigures> = {};
  const { onModel: _, ...beside } = options;
  for (const [name, floor] of Object.entries(floors)) {
    const floorFigures = (await judgeDetector(floor, train, test, labels, beside)).figures;
    const { precision, recall, f1, eventLevel } = floorFigures;
    baselines[name] = { precision, recall, f1, ...(eventLevel ? { eventLevel } : {}) };
  }
  const [best] = Object.entries(baselines).sort(([, a], [, b]) => b.f1 - a.f1);
  return {
    model: detector.name,
    seed: options.seed,
    ...figures,
    score: options.score,
    sequences: { ...sequences, test: test.count, anomalous: labels.reduce((sum, label) => sum + label, 0) },
    events: { train: train.keys.length, test: test.keys.length },
    leaks: findLeaks(train, test),
    baselines,
    beatenBy: best && best[1].f1 > figures.f1 ? best[0] : null,
  };
}

/**
 * The ground truth of a test.
 *
 * @throws CaracalError `E_FORMAT_INVALID` when it has none
 */
export function labelsOf(test: SequenceSet): Uint8Array {
  if (test.labels) return test.labels;
  throw new CaracalError(
    'E_FORMAT_INVALID',
    'the test sequences have no labels. Give a file with a label column of 0 and 1.',
  );
}
