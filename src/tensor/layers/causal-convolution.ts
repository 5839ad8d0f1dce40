import { add, mul } from '../ops/arithmetic.ts';
import { type Neighbours, neighbourSum } from '../ops/neighbours.ts';
import { reshape, squeeze } from '../ops/reshape.ts';
import { concat, pad, slice, split } from '../ops/slicing.ts';
import { dimAt, shapeError, staticShape } from '../shape.ts';
import type { Value } from '../value.ts';

/** What a causal convolution sees besides its input: the one or the other. */
export interface CausalConvolutionContext {
  /** The K - 1 inputs before the first, (B, K-1, C); zeros unless given. */
  readonly before?: Value;
  /** Where sequences share a row: where each position's predecessors in its own sequence stand among all B T positions. */
  readonly neighbours?: Neighbours;
}

/**
 * A convolution over time, each channel by itself, that looks back only:
 * y_t = bias + sum_k w_k x_(t-K+1+k).
 *
 * @param x (B, T, C)
 * @param weights (K, C), the last row for the present
 * @param bias (C)
 */
export function causalConvolution(
  x: Value,
  weights: Value,
  bias: Value,
  { before, neighbours }: CausalConvolutionContext = {},
): Value {
  const taps = dimAt('causalConvolution', weights.shape, 0);
  if (typeof taps !== 'number' || taps < 1)
    throw shapeError('causalConvolution', [weights.shape], 'the weights need a fixed number of rows');
  if (neighbours) {
    const [B = 1, T = 1, C = 1] = staticShape('causalConvolution', x.shape);
    return add(reshape(neighbourSum(reshape(x, [B * T, C]), weights, neighbours), [B, T, C]), bias);
  }
  const padded = before && taps > 1 ? concat([before, x], 1) : pad(x, 1, taps - 1, 0); // (B, T+K-1, C)
  return split(weights, 0, Array<number>(taps).fill(1)).reduce<Value>((sum, row, k) => {
    const back = taps - 1 - k;
    const shifted = slice(padded, 1, k, back === 0 ? undefined : -back); // (B, T, C)
    return add(sum, mul(shifted, squeeze(row, 0)));
  }, bias);
}
