import { CaracalError } from '../../errors.ts';
import { mul } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { greaterOrEqual } from '../ops/compare.ts';
import { noise } from '../ops/noise.ts';
import { scalar, type Value } from '../value.ts';

/** What chance depends on: the same seed and step drop the same numbers. */
export interface Chance {
  /** Each place that drops needs a seed of its own. */
  readonly seed: number;
  /** Number of the training step, int64 scalar. */
  readonly step: Value;
}

/**
 * Dropout: each number is set to zero with probability `rate`, what stays is scaled up
 * so that sums stay the same on average. For training only; leave it out elsewhere.
 *
 * Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting", JMLR 2014, in the inverted form.
 *
 * @param rate from 0 to below 1
 * @throws CaracalError `E_GRAPH` for another rate
 */
export function dropout(x: Value, rate: number, { seed, step }: Chance): Value {
  if (!(rate >= 0 && rate < 1)) {
    throw new CaracalError('E_GRAPH', `dropout takes a rate from 0 to below 1, not ${rate}; 0.1 is usual.`);
  }
  if (rate === 0) return x;
  const kept = cast(greaterOrEqual(noise(x, step, seed), scalar(rate, x.dtype)), x.dtype);
  return mul(mul(x, kept), 1 / (1 - rate));
}
