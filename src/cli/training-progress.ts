import type { FitOptions } from '../models/index.ts';
import type { Progress } from './progress.ts';

/**
 * Shows how far a training is, by its steps.
 *
 * @param done share of the command's work that came before it
 * @param share of the command's work that it is
 * @param name of what is trained
 */
export function trainingProgress(
  progress: Progress,
  done = 0,
  share = 1,
  name = 'training',
): Required<Pick<FitOptions, 'onEpoch' | 'onStep'>> {
  let loss = '';
  return {
    onStep: ({ epoch, epochs, step, steps, part = 1, parts = 1 }) =>
      progress.update(
        `${name}${parts > 1 ? ` ${part} of ${parts}` : ''}, epoch ${epoch}${loss}`,
        done + (share * (part - 1 + (epoch - 1 + step / steps) / epochs)) / parts,
      ),
    onEpoch: ({ trainLoss, validationLoss }) => {
      loss = Number.isNaN(validationLoss)
        ? `, loss ${trainLoss.toFixed(4)}`
        : `, validation loss ${validationLoss.toFixed(4)}`;
    },
  };
}
