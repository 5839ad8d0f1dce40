import { foldSequences, type Split, splitSequences } from '../sequence/index.ts';
import type { EpochReport } from '../train/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import type { CrossFitted, Detector, FitOptions } from './detector.ts';
import { partOf, runFolds } from './folds.ts';

/** Parts that are held out in turn unless told. */
export const FOLDS = 2;

/** How much is held out, and how often. */
export interface HoldOutOptions {
  readonly seed: number;
  /** Parts that are held out in turn, `FOLDS` unless told; 1 holds out the share once. */
  readonly folds?: number;
  /** Share that is held out where it is held out once. 0 holds out nothing. */
  readonly validationSplit: number;
  /** Learns from every key, see `splitSequences`. */
  readonly learnEveryKey?: boolean;
}

/**
 * What is held out of `set` to choose thresholds. A threshold that flags 0.5 % rests on
 * the few highest of the held-out scores: where a share of the sequences leaves it fewer
 * than 20 to rest on, all are held out in turn instead.
 */
export function holdOuts(
  set: SequenceSet,
  { seed, folds = FOLDS, validationSplit, ...options }: HoldOutOptions,
): Split[] {
  const parts = Math.min(folds, set.count);
  if (parts < 2 || validationSplit === 0 || set.count * validationSplit >= ENOUGH) {
    return [splitSequences(set, validationSplit, seed, options)];
  }
  return foldSequences(set, parts, seed, options);
}

/**
 * Learns from normal sequences, and scores held-out ones to choose thresholds by.
 *
 * Where one part is held out, the model learns from the rest. Where several are, each is
 * scored by a model of the others, and the model that is returned learned from all of
 * `set`, for as many epochs as had the lowest mean loss on what was held out. It has
 * learned from more than those that the scores come from, so that new sequences surprise
 * it slightly less than the thresholds allow for. Folds are trained side by side, each in
 * a thread, where there are threads for that and no checkpoints are kept; the outcome is
 * the same.
 *
 * Source: Vovk, "Cross-conformal predictors", Annals of Mathematics and Artificial
 * Intelligence 2015.
 */
export async function crossFit(
  detector: Detector,
  set: SequenceSet,
  splits: readonly Split[],
  options: FitOptions,
): Promise<CrossFitted> {
  const [first, ...more] = splits;
  if (first && more.length === 0) {
    const model = await detector.fit(first.train, first.validation, partOf(options, 1, 1));
    return { model, held: await model.score(first.validation) };
  }
  if (detector.crossFit) return detector.crossFit(set, splits, options);
  const threads = worthThreads(detector, set, options) ? options.foldThreads : undefined;
  const lanes = Math.max(1, Math.min(threads?.lanes ?? 1, splits.length));
  const parts = Math.ceil(splits.length / lanes) + 1;
  const folds = await runFolds(detector, splits, options, { threads, lanes, parts });
  const validated = meanValidation(folds.map(({ history }) => history));
  const nothing = splitSequences(set, 0, 0).validation;
  const model = await detector.fit(set, nothing, {
    ...partOf(options, parts, parts),
    ...(validated.length > 0 ? { validated } : {}),
  });
  return { model, held: concatScores(folds.map(({ held }) => held)) };
}

// --- internal ---

/** Held-out sequences of which 0.5 % are 20. */
const ENOUGH = 4000;

/** Events from which on a training takes longer than a thread takes to begin. */
const WORTH_A_THREAD = 20_000;

function worthThreads({ iterative }: Detector, { keys }: SequenceSet, { checkpoint }: FitOptions): boolean {
  return iterative === true && !checkpoint && keys.length >= WORTH_A_THREAD;
}

/** Means over the folds that held anything out, of the epochs that all of them ran. */
function meanValidation(histories: readonly (readonly EpochReport[])[]): FitOptions['validated'] & object {
  const held = histories.filter(([first]) => first && Number.isFinite(first.validationLoss));
  const epochs = held.length === 0 ? 0 : Math.min(...held.map(({ length }) => length));
  return Array.from({ length: epochs }, (_, epoch) => {
    const mean = (name: 'validationLoss' | 'validationTop1' | 'validationTop5'): number =>
      held.reduce((sum, history) => sum + history[epoch]![name], 0) / held.length;
    return { loss: mean('validationLoss'), top1: mean('validationTop1'), top5: mean('validationTop5') };
  });
}

function concatScores(parts: readonly SequenceScores[]): SequenceScores {
  const joined = (of: (part: SequenceScores) => ArrayLike<number>): number[] =>
    parts.flatMap((part) => Array.from(of(part)));
  let rows = 0;
  const offsets = joined(({ offsets, nll }) => {
    const first = rows;
    rows += nll.length;
    return offsets.subarray(0, -1).map((offset) => first + offset);
  });
  return {
    offsets: Int32Array.from([...offsets, rows]),
    nll: Float32Array.from(joined(({ nll }) => nll)),
    rank: Int32Array.from(joined(({ rank }) => rank)),
    sequence: Float32Array.from(joined(({ sequence }) => sequence)),
  };
}
