import type { TrainOptions } from '../train/index.ts';
import type { FitOptions } from './detector.ts';

/** What the options of `fit` mean to the training loop, for a model with the given name and settings. */
export function trainingRun(
  model: string,
  settings: object,
  { seed, threads, onEpoch, onStep, checkpoint }: FitOptions,
): Pick<TrainOptions, 'seed' | 'runtime' | 'onEpoch' | 'onStep' | 'checkpoint' | 'settings'> {
  return {
    seed,
    settings: { model, ...settings },
    ...(threads === undefined ? {} : { runtime: { threads } }),
    ...(onEpoch ? { onEpoch } : {}),
    ...(onStep ? { onStep } : {}),
    ...(checkpoint ? { checkpoint } : {}),
  };
}
