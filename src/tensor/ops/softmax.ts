import { defineSingle, expectType, FLOATS } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import type { Value } from '../value.ts';
import { mul, sub } from './arithmetic.ts';
import { reduceSum } from './broadcast.ts';
import { exp } from './elementwise.ts';

/** Probabilities along an axis, the last unless told: exp(x) / sum(exp(x)). */
export function softmax(x: Value, axis = -1): Value {
  return softmaxOp([x], { axis: resolveAxis('softmax', x.shape, axis) });
}

/** Logarithm of `softmax`, exact where the probabilities are tiny. */
export function logSoftmax(x: Value, axis = -1): Value {
  return logSoftmaxOp([x], { axis: resolveAxis('logSoftmax', x.shape, axis) });
}

// --- internal ---

const softmaxOp = normaliser('softmax', 'Softmax', (gradient, y, axis) =>
  mul(y, sub(gradient, reduceSum(mul(gradient, y), { axes: [axis], keepDims: true }))),
);

const logSoftmaxOp = normaliser('logSoftmax', 'LogSoftmax', (gradient, y, axis) =>
  sub(gradient, mul(exp(y), reduceSum(gradient, { axes: [axis], keepDims: true }))),
);

function normaliser(
  name: string,
  opType: string,
  gradientRule: (gradient: Value, y: Value, axis: number) => Value,
): (inputs: [Value], attributes: { axis: number }) => Value {
  return defineSingle<[Value], { axis: number }>({
    name,
    infer: ([x]) => {
      expectType(name, x, FLOATS);
      return { dtype: x.dtype, shape: x.shape };
    },
    emit: (emitter, [x], { attributes: { axis } }) => emitter.node(opType, [x], { axis }),
    gradient: (gradient, { output, attributes: { axis } }) => [gradientRule(gradient, output, axis)],
  });
}
