import { elementCount } from '../dtype.ts';
import { defineSingle, expectType, FLOATS } from '../op.ts';
import { staticShape } from '../shape.ts';
import type { Value } from '../value.ts';
import { div, mul } from './arithmetic.ts';
import {
  broadcastTo,
  type Reduction,
  type ResolvedReduction,
  reducedShape,
  reduceSum,
  resolveReduction,
  restoreAxes,
} from './broadcast.ts';
import { cast } from './cast.ts';
import { equal } from './compare.ts';

/** Mean over axes. */
export function reduceMean(x: Value, reduction: Reduction = {}): Value {
  return reduceMeanOp([x], resolveReduction('reduceMean', x, reduction));
}

/** Largest element over axes; equal largest elements share the gradient. */
export function reduceMax(x: Value, reduction: Reduction = {}): Value {
  return reduceMaxOp([x], resolveReduction('reduceMax', x, reduction));
}

// --- internal ---

const reduceMeanOp = defineSingle<[Value], ResolvedReduction>({
  name: 'reduceMean',
  infer: ([x], reduction) => {
    expectType('reduceMean', x, FLOATS);
    return { dtype: x.dtype, shape: reducedShape(x.shape, reduction) };
  },
  emit: (emitter, [x], { attributes: { axes, keepDims } }) =>
    axes.length === 0 ? x : emitter.node('ReduceMean', [x, emitter.ints(axes)], { keepdims: keepDims ? 1 : 0 }),
  gradient: (gradient, { inputs: [x], attributes }) => {
    const shape = staticShape('reduceMean', x.shape);
    const count = elementCount(shape.filter((_, axis) => attributes.axes.includes(axis)));
    return [broadcastTo(mul(restoreAxes(gradient, attributes), 1 / count), shape)];
  },
});

const reduceMaxOp = defineSingle<[Value], ResolvedReduction>({
  name: 'reduceMax',
  infer: ([x], reduction) => ({ dtype: x.dtype, shape: reducedShape(x.shape, reduction) }),
  emit: (emitter, [x], { attributes: { axes, keepDims } }) =>
    axes.length === 0 ? x : emitter.node('ReduceMax', [x, emitter.ints(axes)], { keepdims: keepDims ? 1 : 0 }),
  gradient: (gradient, { inputs: [x], output, attributes }) => {
    const largest = cast(equal(x, restoreAxes(output, attributes)), x.dtype);
    const ties = reduceSum(largest, { axes: attributes.axes, keepDims: true });
    return [mul(largest, div(restoreAxes(gradient, attributes), ties))];
  },
});
