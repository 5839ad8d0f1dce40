import type { Rng } from '../util/rng.ts';
import { elementCount, type Tensor } from './dtype.ts';

/** Independent normal numbers of mean 0 and the given standard deviation. */
export function randomNormal(rng: Rng, shape: readonly number[], deviation: number): Tensor<'float32'> {
  const data = new Float32Array(elementCount(shape));
  for (let i = 0; i < data.length; i++) data[i] = deviation * rng.normal();
  return { dtype: 'float32', shape, data };
}

/** Independent uniform numbers in [-limit, limit). */
export function randomUniform(rng: Rng, shape: readonly number[], limit: number): Tensor<'float32'> {
  const data = new Float32Array(elementCount(shape));
  for (let i = 0; i < data.length; i++) data[i] = limit * (2 * rng.next() - 1);
  return { dtype: 'float32', shape, data };
}

/**
 * Uniform numbers that keep the variance of activations and gradients through a layer.
 * Source: Glorot & Bengio, AISTATS 2010, equation 16.
 */
export function glorotUniform(rng: Rng, inputs: number, outputs: number): Tensor<'float32'> {
  return randomUniform(rng, [inputs, outputs], Math.sqrt(6 / (inputs + outputs)));
}
