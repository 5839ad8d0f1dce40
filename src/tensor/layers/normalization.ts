import { add, div, mul, square, sub } from '../ops/arithmetic.ts';
import { sqrt } from '../ops/elementwise.ts';
import { reduceMean } from '../ops/reduce.ts';
import type { Value } from '../value.ts';

/**
 * Divides by the root mean square over the last axis: (..., D) with weight (D).
 * Source: Zhang & Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019.
 */
export function rmsNorm(x: Value, weight: Value, epsilon = 1e-5): Value {
  const size = sqrt(add(reduceMean(square(x), { axes: [-1], keepDims: true }), epsilon)); // (..., 1)
  return mul(div(x, size), weight);
}

/**
 * Mean 0 and variance 1 over the last axis, then scale and shift: (..., D) with weight
 * and bias (D). Source: Ba, Kiros & Hinton, "Layer Normalization", 2016.
 */
export function layerNorm(x: Value, weight: Value, bias: Value, epsilon = 1e-5): Value {
  const centred = sub(x, reduceMean(x, { axes: [-1], keepDims: true }));
  const deviation = sqrt(add(reduceMean(square(centred), { axes: [-1], keepDims: true }), epsilon));
  return add(mul(div(centred, deviation), weight), bias);
}
