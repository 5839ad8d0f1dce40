import type { FitOptions } from '../models/index.ts';
import type { Progress } from './progress.ts';

/**
 * Shows how far a training is, by its steps.
 *
 * @param done share of the command's work that came before it
 * @param share of the command's work that it is
 */
export function trainingProgress(
  progress: Progress,
  done = 0,
  share = 1,
): Required<Pick<FitOptions, 'onEpoch' | 'onStep'>> {
  let loss = '';
  return {
    onStep: ({ epoch, epochs, step, steps }) =>
      progress.update(`training, epoch ${epoch}${loss}`, done + (share * (epoch - 1 + step / steps)) / epochs),
    onEpoch: ({ trainLoss, validationLoss }) => {
      loss = Number.isNaN(validationLoss)
        ? `, loss ${trainLoss.toFixed(4)}`
        : `, validation loss ${validationLoss.toFixed(4)}`;
    },
  };
}
