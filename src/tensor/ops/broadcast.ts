import { defineSingle } from '../op.ts';
import { broadcastShapes, resolveAxis, type Shape, sameShape, shapeError, staticShape } from '../shape.ts';
import type { Value } from '../value.ts';
import { expandDims, reshape } from './reshape.ts';

/** Which axes a reduction runs over; all of them unless told. */
export interface Reduction {
  readonly axes?: readonly number[];
  /** Keeps the reduced axes as dimensions of size 1. */
  readonly keepDims?: boolean;
}

/** Repeats dimensions of size 1 until the shape is `shape`, which must be static. */
export function broadcastTo(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : broadcastOp([x], { shape: staticShape('broadcastTo', shape) });
}

/** Sum over axes. */
export function reduceSum(x: Value, reduction: Reduction = {}): Value {
  return reduceSumOp([x], resolveReduction('reduceSum', x, reduction));
}

/** A `Reduction` with its axes resolved. */
export interface ResolvedReduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Resolves the axes of a reduction. */
export function resolveReduction(op: string, x: Value, { axes, keepDims = false }: Reduction): ResolvedReduction {
  const resolved = axes?.map((axis) => resolveAxis(op, x.shape, axis)) ?? [...x.shape.keys()];
  return { axes: resolved, keepDims };
}

/** Shape after a reduction. */
export function reducedShape(shape: Shape, { axes, keepDims }: ResolvedReduction): Shape {
  if (keepDims) return shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** Puts the reduced axes back as dimensions of size 1. */
export function restoreAxes(reduced: Value, { axes, keepDims }: ResolvedReduction): Value {
  if (keepDims) return reduced;
  return [...axes].sort((a, b) => a - b).reduce(expandDims, reduced);
}

/** Sums a gradient over the axes that broadcasting repeated, so that it has its input's shape again. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const axes = [...gradient.shape.keys()].filter(
    (axis) => axis < extra || (shape[axis - extra] === 1 && gradient.shape[axis] !== 1),
  );
  return reshape(reduceSum(gradient, { axes, keepDims: true }), shape);
}

// --- internal ---

const broadcastOp = defineSingle<[Value], { shape: readonly number[] }>({
  name: 'broadcastTo',
  infer: ([x], { shape }) => {
    if (!sameShape(broadcastShapes('broadcastTo', x.shape, shape), shape)) {
      throw shapeError('broadcastTo', [x.shape, shape], 'the second must be at least as large as the first');
    }
    return { dtype: x.dtype, shape };
  },
  emit: (emitter, [x], { attributes: { shape } }) => emitter.node('Expand', [x, emitter.ints(shape)]),
  gradient: (gradient, { inputs: [x] }) => [unbroadcast(gradient, x.shape)],
});

const reduceSumOp = defineSingle<[Value], ResolvedReduction>({
  name: 'reduceSum',
  infer: ([x], reduction) => ({ dtype: x.dtype, shape: reducedShape(x.shape, reduction) }),
  emit: (emitter, [x], { attributes: { axes, keepDims } }) =>
    axes.length === 0 ? x : emitter.node('ReduceSum', [x, emitter.ints(axes)], { keepdims: keepDims ? 1 : 0 }),
  gradient: (gradient, { inputs: [x], attributes }) => [broadcastTo(restoreAxes(gradient, attributes), x.shape)],
});
