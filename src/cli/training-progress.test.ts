import { expect, test } from 'vitest';
import { trainingProgress } from './training-progress.ts';

test('the bar grows with every step, over its share of the work, and says the loss of the last epoch', () => {
  const shown: [stage: string, share: number][] = [];
  const bar = { update: (stage: string, share: number) => void shown.push([stage, share]), stop: () => {} };
  const { onEpoch, onStep } = trainingProgress(bar, 0.5, 0.5);
  const rest = { epochs: 2, trainTop1: 0, trainTop5: 0, validationTop1: 0, validationTop5: 0, seconds: 1 };
  for (const epoch of [1, 2]) {
    for (const step of [1, 2]) onStep({ epoch, epochs: 2, step, steps: 2 });
    onEpoch({ ...rest, epoch, trainLoss: 0.5, validationLoss: 0.25 });
  }
  expect(shown).toEqual([
    ['training, epoch 1', 0.625],
    ['training, epoch 1', 0.75],
    ['training, epoch 2, validation loss 0.2500', 0.875],
    ['training, epoch 2, validation loss 0.2500', 1],
  ]);
  onEpoch({ ...rest, epoch: 2, trainLoss: 0.5, validationLoss: Number.NaN });
  onStep({ epoch: 2, epochs: 2, step: 2, steps: 2 });
  expect(shown.at(-1)?.[0]).toBe('training, epoch 2, loss 0.5000');
});
