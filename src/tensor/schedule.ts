import { mul, sub } from './ops/arithmetic.ts';
import { maximum } from './ops/elementwise.ts';
import type { LearningRate } from './optimizer.ts';

/**
 * A learning rate that falls in a straight line from `lr` at the first step to 0 after
 * `steps`. Source: Defazio et al., "Optimal Linear Decay Learning Rate Schedules and
 * Further Refinements", 2023.
 */
export function linearDecay(lr: number, steps: number): LearningRate {
  return (step) => maximum(mul(sub(steps + 1, step), lr / steps), 0);
}
