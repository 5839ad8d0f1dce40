import type { TrainOptions } from '../train/index.ts';
import type { SequenceSet } from '../types.ts';
import type { FitOptions } from './detector.ts';

/** What the options of `fit` mean to the training loop, for a model with the given name and settings. */
export function trainingRun(
  model: string,
  settings: object,
  { seed, threads, onEpoch, onStep, checkpoint, validated }: FitOptions,
): Pick<TrainOptions, 'seed' | 'runtime' | 'onEpoch' | 'onStep' | 'checkpoint' | 'settings' | 'validated'> {
  return {
    seed,
    settings: { model, ...settings },
    ...(threads === undefined ? {} : { runtime: { threads } }),
    ...(onEpoch ? { onEpoch } : {}),
    ...(onStep ? { onStep } : {}),
    ...(checkpoint ? { checkpoint } : {}),
    ...(validated ? { validated } : {}),
  };
}

/** What decided when the training stopped, for the description of its model. */
export function stoppingOf(validation: SequenceSet, { validated }: FitOptions): string {
  if (validation.count > 0) return 'validation loss';
  return validated ? 'mean validation loss of the folds' : 'none: no validation sequences, all epochs were run';
}
