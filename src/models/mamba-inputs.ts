import {
  add,
  cast,
  causalConvolution,
  concat,
  constant,
  cumsum,
  equal,
  greaterOrEqual,
  matmul,
  mul,
  pad,
  reduceSum,
  silu,
  swapLast,
  tensor,
  type Value,
} from '../tensor/index.ts';
import type { BlockState, Context } from './mamba-block.ts';

/** `value` (B, T, ...) with zeros at padding. */
export function withoutPadding(value: Value, { valid }: Pick<Context, 'valid'>): Value {
  return valid ? mul(value, valid) : value;
}

/**
 * The short convolution of a Mamba block, with SiLU, and what it must remember.
 *
 * @param x (B, T, C)
 * @param weights (K, C), `bias` (C)
 */
export function shortConvolution(
  x: Value,
  weights: Value,
  bias: Value,
  context: Context,
  before: BlockState | undefined,
): { y: Value; recent: Value } {
  const { neighbours, valid } = context;
  const entering = withoutPadding(x, context);
  const convolved = causalConvolution(entering, weights, bias, {
    ...(before ? { before: before.recent } : {}),
    ...(neighbours ? { neighbours } : {}),
  });
  const recent = valid && before ? lastInputs(before.recent, entering, valid, Number(weights.shape[0])) : entering;
  return { y: silu(convolved), recent };
}

// --- internal ---

/** The last K-1 inputs that are no padding, which is at the end: (B, K-1, C). */
function lastInputs(before: Value, entering: Value, valid: Value, taps: number): Value {
  const all = concat([before, entering], 1); // (B, T+K-1, C)
  const one = cast(greaterOrEqual(pad(valid, 1, taps - 1, 0), 0), 'float32'); // (B, T+K-1, 1)
  const place = swapLast(cumsum(one, 1)); // (B, 1, T+K-1), from 1
  const count = reduceSum(valid, { axes: [1], keepDims: true }); // (B, 1, 1)
  const offsets = Float32Array.from({ length: taps - 1 }, (_, j) => j + 1);
  const wanted = add(count, constant(tensor('float32', [1, taps - 1, 1], offsets))); // (B, K-1, 1)
  return matmul(cast(equal(place, wanted), 'float32'), all);
}
