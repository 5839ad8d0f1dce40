import type { Detector, FitOptions } from '../models/detector.ts';
import type { SequenceSet } from '../types.ts';
import { type Agreement, agreement } from './agreement.ts';
import { type Curves, curvesOf } from './curves.ts';
import { labelsOf } from './evaluate.ts';
import type { EventFigures } from './event-level.ts';
import { type DetectorFigures, type EvaluateOptions, type Judged, judgeDetector } from './judge-detector.ts';
import { findLeaks, type Leaks } from './leaks.ts';
import type { ScoreRule } from './sequence-rule.ts';

/** How to compare detectors. */
export interface CompareOptions extends Omit<EvaluateOptions, 'seed'> {
  readonly seeds: readonly number[];
  /** Does each run by calling `judge`, to watch or to record it. */
  readonly onRun?: (run: CompareRun, judge: (watch: Watch) => Promise<Judged>) => Promise<Judged>;
}

/** One detector with one seed. */
export interface CompareRun {
  readonly model: string;
  readonly baseline: boolean;
  readonly seed: number;
  /** Share of the work that is done before it, and that it is. */
  readonly done: number;
  readonly share: number;
}

/** How a training can be watched. */
export type Watch = Pick<FitOptions, 'onEpoch' | 'onStep'>;

/** Detectors side by side on the same data. */
export interface CompareReport {
  readonly seeds: readonly number[];
  readonly score: ScoreRule;
  readonly sequences: { readonly train: number; readonly test: number; readonly anomalous: number };
  readonly events: { readonly train: number; readonly test: number };
  readonly leaks: Leaks;
  /** What was asked for, a baseline or not. */
  readonly models: readonly string[];
  /** The models in the order given, then the baselines. */
  readonly results: readonly CompareResult[];
  /** Models whose mean F1 a baseline exceeds, with the best baseline. */
  readonly beaten: readonly { readonly model: string; readonly by: string }[];
  /** Each pair of detectors, by the scores of the first seed. */
  readonly agreement: readonly (Agreement & { readonly a: string; readonly b: string })[];
  /** The k of the agreement of the top k: the number of anomalous test sequences. */
  readonly top: number;
}

/** A figure of a detector that is a plain number. */
export type FigureName = Exclude<keyof DetectorFigures, 'eventLevel'>;

/** One detector: each run, their mean and their standard deviation. */
export interface CompareResult {
  readonly model: string;
  readonly baseline: boolean;
  readonly runs: readonly (DetectorFigures & { readonly seed: number })[];
  readonly mean: DetectorFigures;
  readonly spread: DetectorFigures;
  /** Of the first seed. */
  readonly curves: Curves;
}

/**
 * Evaluates every detector with every seed, the baselines beside; the rule that chooses
 * the threshold is the same for all (see `judgeDetector`).
 *
 * @throws CaracalError `E_FORMAT_INVALID` when the test has no labels
 */
export async function compare(
  models: readonly Detector[],
  baselines: readonly Detector[],
  train: SequenceSet,
  test: SequenceSet,
  { seeds, onRun = (_run, judge) => judge({}), ...options }: CompareOptions,
): Promise<CompareReport> {
  const labels = labelsOf(test);
  const beside = baselines.filter((baseline) => !models.includes(baseline));
  const detectors = [...models, ...beside];
  const results: CompareResult[] = [];
  const scores: Float32Array[] = [];
  for (const [i, detector] of detectors.entries()) {
    const runs: (DetectorFigures & { seed: number })[] = [];
    for (const [n, seed] of seeds.entries()) {
      const run: CompareRun = {
        model: detector.name,
        baseline: i >= models.length,
        seed,
        done: (i + n / seeds.length) / detectors.length,
        share: 1 / (seeds.length * detectors.length),
      };
      const judged = await onRun(run, (watch) =>
        judgeDetector(detector, train, test, labels, { ...options, ...watch, seed }),
      );
      runs.push({ seed, ...judged.figures });
      if (n === 0) scores.push(judged.scores);
    }
    results.push({
      model: detector.name,
      baseline: baselines.includes(detector),
      runs,
      mean: summary(runs, mean),
      spread: summary(runs, standardDeviation),
      curves: curvesOf(scores[i] ?? [], labels),
    });
  }
  const anomalous = labels.reduce((sum, label) => sum + label, 0);
  return {
    seeds,
    score: options.score,
    sequences: { train: train.count, test: test.count, anomalous },
    events: { train: train.keys.length, test: test.keys.length },
    leaks: findLeaks(train, test),
    models: models.map(({ name }) => name),
    results,
    beaten: beatenModels(results.slice(0, models.length), results),
    agreement: pairs(results, scores, anomalous),
    top: anomalous,
  };
}

// --- internal ---

function beatenModels(models: readonly CompareResult[], results: readonly CompareResult[]) {
  const [best] = results.filter(({ baseline }) => baseline).sort((a, b) => b.mean.f1 - a.mean.f1);
  if (!best) return [];
  return models.filter(({ mean }) => mean.f1 < best.mean.f1).map(({ model }) => ({ model, by: best.model }));
}

function pairs(results: readonly CompareResult[], scores: readonly Float32Array[], top: number) {
  return results.flatMap(({ model: a }, i) =>
    results.slice(i + 1).map(({ model: b }, j) => ({
      a,
      b,
      ...agreement(scores[i] ?? [], scores[i + 1 + j] ?? [], top),
    })),
  );
}

function summary(runs: readonly DetectorFigures[], of: (values: readonly number[]) => number): DetectorFigures {
  const figure = (name: FigureName): number => of(runs.map((run) => run[name]));
  const levels = runs.flatMap(({ eventLevel }) => eventLevel ?? []);
  const ofEvents = (name: keyof EventFigures): number => of(levels.map((level) => level[name]));
  return {
    precision: figure('precision'),
    recall: figure('recall'),
    f1: figure('f1'),
    mcc: figure('mcc'),
    auroc: figure('auroc'),
    auprc: figure('auprc'),
    threshold: figure('threshold'),
    topK: figure('topK'),
    validationFlagRate: figure('validationFlagRate'),
    oracleF1: figure('oracleF1'),
    perplexity: figure('perplexity'),
    detectionDelay: figure('detectionDelay'),
    falseAlarmsPerDay: figure('falseAlarmsPerDay'),
    trainSeconds: figure('trainSeconds'),
    scoreSeconds: figure('scoreSeconds'),
    eventsPerSecond: figure('eventsPerSecond'),
    ...(levels.length === 0
      ? {}
      : {
          eventLevel: {
            precision: ofEvents('precision'),
            recall: ofEvents('recall'),
            f1: ofEvents('f1'),
            auroc: ofEvents('auroc'),
            auprc: ofEvents('auprc'),
            threshold: ofEvents('threshold'),
            falseAlarmsPerDay: ofEvents('falseAlarmsPerDay'),
          },
        }),
  };
}

function mean(values: readonly number[]): number {
  // Equal values are their mean to the last bit.
  const [first = Number.NaN] = values;
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}

/** Of a sample (n - 1); 0 of a single value. */
function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
