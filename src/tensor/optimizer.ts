import { CaracalError } from '../errors.ts';
import { type Tensors, zeros } from './dtype.ts';
import { add, div, mul, square, sub } from './ops/arithmetic.ts';
import { reduceSum } from './ops/broadcast.ts';
import { exp, minimum, sqrt } from './ops/elementwise.ts';
import { staticShape } from './shape.ts';
import { input, type Value } from './value.ts';

/** Values by name. */
export type Values = Readonly<Record<string, Value>>;

/** New parameters and new state after one step. */
export interface OptimizerUpdate {
  readonly parameters: Values;
  readonly state: Values;
}

/**
 * A rule that turns gradients into new parameters, as a pure pair: `init` gives the
 * state before the first step, `update` the graph of one step.
 */
export interface Optimizer {
  readonly name: string;
  init(parameters: Values): Tensors;
  update(parameters: Values, gradients: Values, state: Values): OptimizerUpdate;
}

/** A learning rate: fixed, or a graph over the number of the step (1, 2, ...). */
export type LearningRate = number | ((step: Value) => Value);

/** Options of `adam`. */
export interface AdamOptions {
  readonly lr?: LearningRate;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Options of `adamW`. */
export interface AdamWOptions extends AdamOptions {
  /** Share of a matrix that goes each step, times the learning rate. */
  readonly weightDecay?: number;
}

/** Options of `sgd`. */
export interface SgdOptions {
  readonly lr: number;
}

/** Gradient descent: p <- p - lr g. */
export function sgd({ lr }: SgdOptions): Optimizer {
  return {
    name: 'sgd',
    init: () => ({}),
    update: (parameters, gradients) => ({
      parameters: mapValues(parameters, (parameter, name) => sub(parameter, mul(named(gradients, name), lr))),
      state: {},
    }),
  };
}

/**
 * Adam: steps along the mean gradient divided by the root of its mean square, both
 * as running averages corrected for their start at zero.
 *
 *     m <- b1 m + (1 - b1) g        v <- b2 v + (1 - b2) g^2
 *     p <- p - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
 *
 * Source: Kingma & Ba, ICLR 2015, algorithm 1.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamWith('adam', options, 0);
}

/**
 * Adam with decoupled weight decay: matrices also shrink by `lr * weightDecay` each step.
 * Vectors (biases, norms, rates) do not.
 *
 * Source: Loshchilov & Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
 */
export function adamW({ weightDecay = 0.01, ...options }: AdamWOptions = {}): Optimizer {
  return adamWith('adamW', options, weightDecay);
}

/**
 * An optimiser that gets the gradients scaled down so that their common norm is at most
 * `most`. Source: Pascanu, Mikolov & Bengio, ICML 2013.
 */
export function clipByNorm(optimizer: Optimizer, most: number): Optimizer {
  return {
    ...optimizer,
    update: (parameters, gradients, state) => {
      const squares = Object.values(gradients).map((gradient) => reduceSum(square(gradient)));
      const norm = sqrt(squares.reduce((sum, part) => add(sum, part)));
      const scale = minimum(div(most, add(norm, 1e-6)), 1);
      return optimizer.update(
        parameters,
        mapValues(gradients, (gradient) => mul(gradient, scale)),
        state,
      );
    },
  };
}

/** Inputs for tensors of the given shapes, such as an optimiser's state. */
export function inputsLike(tensors: Tensors): Values {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => [name, input(name, shape, dtype)]),
  );
}

/**
 * The value of a parameter.
 *
 * @throws CaracalError `E_GRAPH` where there is none
 */
export function named(values: Values, name: string): Value {
  const value = values[name];
  if (value === undefined)
    throw new CaracalError('E_GRAPH', `There is no value "${name}"; pass one for every parameter.`, { name });
  return value;
}

// --- internal ---

function adamWith(
  name: string,
  { lr = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
  weightDecay: number,
): Optimizer {
  return {
    name,
    init: (parameters) => ({
      'adam.step': zeros('float32', []),
      ...Object.fromEntries(
        Object.entries(parameters).flatMap(([name, { dtype, shape }]) =>
          ['adam.mean', 'adam.square'].map((part) => [`${part}.${name}`, zeros(dtype, staticShape('adam', shape))]),
        ),
      ),
    }),
    update: (parameters, gradients, state) => {
      const step = add(named(state, 'adam.step'), 1);
      const rate = typeof lr === 'number' ? lr : lr(step);
      const entries = Object.entries(parameters).map(([name, parameter]) => {
        const gradient = named(gradients, name);
        const mean = add(mul(named(state, `adam.mean.${name}`), beta1), mul(gradient, 1 - beta1));
        const meanSquare = add(mul(named(state, `adam.square.${name}`), beta2), mul(square(gradient), 1 - beta2));
        const root = sqrt(div(meanSquare, biasCorrection(beta2, step)));
        const direction = div(div(mean, biasCorrection(beta1, step)), add(root, epsilon));
        const decays = weightDecay > 0 && parameter.shape.length > 1;
        const moved = sub(parameter, mul(decays ? add(direction, mul(parameter, weightDecay)) : direction, rate));
        return { name, moved, mean, meanSquare };
      });
      return {
        parameters: Object.fromEntries(entries.map(({ name, moved }) => [name, moved])),
        state: {
          'adam.step': step,
          ...Object.fromEntries(
            entries.flatMap(({ name, mean, meanSquare }) => [
              [`adam.mean.${name}`, mean],
              [`adam.square.${name}`, meanSquare],
            ]),
          ),
        },
      };
    },
  };
}

/** 1 - beta^step */
function biasCorrection(beta: number, step: Value): Value {
  return sub(1, exp(mul(step, Math.log(beta))));
}

function mapValues(values: Values, map: (value: Value, name: string) => Value): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value, name)]));
}
