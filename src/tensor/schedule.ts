import { div, mul, sub } from './ops/arithmetic.ts';
import { maximum, minimum } from './ops/elementwise.ts';
import type { LearningRate } from './optimizer.ts';

/**
 * A learning rate that falls in a straight line from `lr` at the first step to 0 after
 * `steps`. Source: Defazio et al., "Optimal Linear Decay Learning Rate Schedules and
 * Further Refinements", 2023.
 */
export function linearDecay(lr: number, steps: number): LearningRate {
  return (step) => maximum(mul(sub(steps + 1, step), lr / steps), 0);
}

/** A learning rate that rises in a straight line over the first `steps` steps and then is what `schedule` says. */
export function warmup(schedule: LearningRate, steps: number): LearningRate {
  return (step) => mul(minimum(div(step, steps), 1), typeof schedule === 'number' ? schedule : schedule(step));
}
