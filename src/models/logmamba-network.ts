import { UNKNOWN } from '../sequence/index.ts';
import {
  add,
  dropout,
  gather,
  glorotUniform,
  input,
  matmul,
  randomNormal,
  randomUniform,
  rmsNorm,
  type Tensors,
  tensor,
  type Value,
  type Values,
  zeros,
} from '../tensor/index.ts';
import { createRng, type Rng } from '../util/rng.ts';
import type { ModelDescription } from './detector.ts';
import { mamba1 } from './mamba-1.ts';
import { mamba2 } from './mamba-2.ts';
import {
  type BlockState,
  type Context,
  innerWidth,
  MAMBA_VARIANTS,
  type MambaBlock,
  type MambaVariant,
  type Sizes,
} from './mamba-block.ts';
import { corruptModel, hyperParameter } from './network-files.ts';
import { keyLogProbs, need } from './next-key.ts';

/** The block of each kind. */
export const mambaBlocks: Readonly<Record<MambaVariant, MambaBlock>> = { 'mamba-2': mamba2, 'mamba-1': mamba1 };

/**
 * Keys (B, T) to log p of the key after each, (B, T, V): an embedding, blocks with
 * residuals, each behind a norm, a last norm and a projection.
 *
 * @param events that were trained on; see `keyLogProbs`
 */
export function network(
  weights: Values,
  keys: Value,
  sizes: Sizes,
  events: number,
  context: Context,
  states?: readonly BlockState[],
): { logProbs: Value; states: BlockState[] } {
  const after: BlockState[] = [];
  const { run } = mambaBlocks[sizes.variant];
  const { training } = context;
  const dropped = (value: Value, place: number): Value =>
    training ? dropout(value, training.rate, { seed: training.seed * 1000 + place, step: training.step }) : value;
  let x = dropped(gather(need(weights.embedding), keys), 0); // (B, T, D)
  for (let layer = 0; layer < sizes.layers; layer++) {
    const of = (part: string): Value => need(weights[`block.${layer}.${part}`]);
    const { y, state } = run(of, rmsNorm(x, of('norm')), sizes, context, states?.[layer]);
    x = add(x, dropped(y, layer + 1));
    after.push(state);
  }
  const normed = rmsNorm(x, need(weights.norm));
  const logits = add(matmul(normed, need(weights['output.weight'])), need(weights['output.bias'])); // (B, T, V)
  return { logProbs: keyLogProbs(logits, events), states: after };
}

/** Shape of each weight; V vocabulary. */
export function weightShapes(sizes: Sizes, V: number): Record<string, readonly number[]> {
  const { hidden: D } = sizes;
  const shapes: Record<string, readonly number[]> = { embedding: [V, D] };
  for (let layer = 0; layer < sizes.layers; layer++) {
    shapes[`block.${layer}.norm`] = [D];
    for (const [part, shape] of Object.entries(mambaBlocks[sizes.variant].shapes(sizes))) {
      shapes[`block.${layer}.${part}`] = shape;
    }
  }
  return { ...shapes, norm: [D], 'output.weight': [D, V], 'output.bias': [V] };
}

/** Weights as graph inputs. */
export function weightInputs(sizes: Sizes, vocabularySize: number): Values {
  return Object.fromEntries(
    Object.entries(weightShapes(sizes, vocabularySize)).map(([name, shape]) => [name, input(name, shape)]),
  );
}

/**
 * As in the public implementations: step sizes from 0.001 to 0.1; decay rates from 1 to
 * 16 per head (Mamba-2), 1, 2, ... N per state (Mamba-1).
 */
export function initialWeights(sizes: Sizes, vocabularySize: number, seed: number): Tensors {
  const rng = createRng(seed).fork('weights');
  return Object.fromEntries(
    Object.entries(weightShapes(sizes, vocabularySize)).map(([name, shape]) => [
      name,
      initial(name, shape, sizes, rng.fork(name)),
    ]),
  );
}

/**
 * The sizes in a description.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` where one is missing, out of bounds or does not fit the others
 */
export function sizesOf(description: ModelDescription): Sizes {
  const variant = MAMBA_VARIANTS.find((name) => name === description.hyperParameters.variant);
  if (!variant) throw corruptModel(`its variant is none of ${MAMBA_VARIANTS.join(', ')}`);
  const sizes = {
    variant,
    hidden: hyperParameter(description, 'hidden', 4096),
    layers: hyperParameter(description, 'layers', 64),
    heads: hyperParameter(description, 'heads', 256),
    expand: hyperParameter(description, 'expand', 16),
    state: hyperParameter(description, 'state', 1024),
    convolution: hyperParameter(description, 'convolution', 64),
  };
  if (innerWidth(sizes) % sizes.heads !== 0) throw corruptModel('its heads do not divide its width');
  return sizes;
}

// --- internal ---

function initial(name: string, shape: readonly number[], sizes: Sizes, rng: Rng): Tensors[string] {
  const [rows = 1, columns = 1] = shape;
  const filled = (value: (at: number) => number): Tensors[string] =>
    tensor(
      'float32',
      shape,
      Float32Array.from({ length: shape.length === 2 ? rows * columns : rows }, (_, at) => value(at)),
    );
  switch (name.split('.').at(-1)) {
    case 'embedding': {
      const table = randomNormal(rng, shape, 1);
      table.data.fill(0, UNKNOWN * columns, (UNKNOWN + 1) * columns);
      return table;
    }
    case 'norm':
    case 'gate_norm':
    case 'd':
      return filled(() => 1);
    case 'a_log':
      return filled((at) => Math.log(shape.length === 2 ? 1 + (at % columns) : 1 + 15 * rng.next()));
    case 'dt_bias':
      return filled(() => inverseSoftplus(0.001 * 100 ** rng.next()));
    case 'convolution':
      return randomUniform(rng, shape, 1 / Math.sqrt(sizes.convolution));
    default:
      return shape.length === 2 ? glorotUniform(rng, rows, columns) : zeros('float32', shape);
  }
}

function inverseSoftplus(y: number): number {
  return y + Math.log(-Math.expm1(-y));
}
