import { defineSingle } from '../op.ts';
import { type Dim, resolveAxis, type Shape, sameShape, shapeError } from '../shape.ts';
import type { Value } from '../value.ts';

/**
 * The same elements in another shape. Named dimensions may stay where they are; one
 * more may stand for the rest.
 *
 * @throws CaracalError `E_SHAPE` where the number of elements would change
 *
 * @example
 * reshape(x, ['B', 4, 16]); // from ['B', 64]
 */
export function reshape(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : reshapeOp([x], { shape });
}

/** Inserts a dimension of size 1 at `axis` of the result. */
export function expandDims(x: Value, axis: number): Value {
  const at = resolveAxis('expandDims', [...x.shape, 1], axis);
  return expandOp([x], { axis: at });
}

/** Removes a dimension of size 1. */
export function squeeze(x: Value, axis: number): Value {
  return squeezeOp([x], { axis: resolveAxis('squeeze', x.shape, axis) });
}

/** Permutes the dimensions; reverses them unless told. */
export function transpose(x: Value, axes?: readonly number[]): Value {
  const given = axes ?? x.shape.map((_, index) => x.shape.length - 1 - index);
  return transposeOp([x], { axes: given.map((axis) => resolveAxis('transpose', x.shape, axis)) });
}

/** Swaps the last two dimensions. */
export function swapLast(x: Value): Value {
  const rank = x.shape.length;
  return transpose(x, [...x.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2));
}

// --- internal ---

const reshapeOp = defineSingle<[Value], { shape: Shape }>({
  name: 'reshape',
  infer: ([x], { shape }) => {
    const moved = shape.filter((dim, axis) => typeof dim === 'string' && x.shape[axis] !== dim);
    if (moved.length > 1) {
      throw shapeError(
        'reshape',
        [x.shape, shape],
        'only one named dimension may change its place; reshape in two steps',
      );
    }
    if (product(x.shape) !== product(shape)) {
      throw shapeError('reshape', [x.shape, shape], 'the number of elements must stay the same');
    }
    return { dtype: x.dtype, shape };
  },
  emit: (emitter, [x], { inputs: [value], attributes: { shape } }) => {
    const sizes = shape.map((dim, axis) => (typeof dim === 'number' ? dim : value.shape[axis] === dim ? 0 : -1));
    return emitter.node('Reshape', [x, emitter.ints(sizes)]);
  },
  gradient: (gradient, { inputs: [x] }) => [reshape(gradient, x.shape)],
});

const expandOp = defineSingle<[Value], { axis: number }>({
  name: 'expandDims',
  infer: ([x], { axis }) => ({ dtype: x.dtype, shape: [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)] }),
  emit: (emitter, [x], { attributes: { axis } }) => emitter.node('Unsqueeze', [x, emitter.ints([axis])]),
  gradient: (gradient, { attributes: { axis } }) => [squeeze(gradient, axis)],
});

const squeezeOp = defineSingle<[Value], { axis: number }>({
  name: 'squeeze',
  infer: ([x], { axis }) => {
    if (x.shape[axis] !== 1) throw shapeError('squeeze', [x.shape], `dimension ${axis} is not 1; take another axis`);
    return { dtype: x.dtype, shape: x.shape.filter((_, index) => index !== axis) };
  },
  emit: (emitter, [x], { attributes: { axis } }) => emitter.node('Squeeze', [x, emitter.ints([axis])]),
  gradient: (gradient, { attributes: { axis } }) => [expandDims(gradient, axis)],
});

const transposeOp = defineSingle<[Value], { axes: readonly number[] }>({
  name: 'transpose',
  infer: ([x], { axes }) => {
    if (axes.length !== x.shape.length || new Set(axes).size !== axes.length) {
      throw shapeError('transpose', [x.shape], `the axes [${axes.join(', ')}] must name each dimension once`);
    }
    return { dtype: x.dtype, shape: axes.map((axis): Dim => x.shape[axis] ?? 1) };
  },
  emit: (emitter, [x], { attributes: { axes } }) => emitter.node('Transpose', [x], { perm: axes }),
  gradient: (gradient, { attributes: { axes } }) => [
    transpose(
      gradient,
      [...axes.keys()].map((axis) => axes.indexOf(axis)),
    ),
  ],
});

/** Elements as a canonical product, named dimensions included; the name `B*T` stands for the product of two. */
function product(shape: Shape): string {
  const size = shape.reduce<number>((all, dim) => (typeof dim === 'number' ? all * dim : all), 1);
  const names = shape.flatMap((dim) => (typeof dim === 'string' ? dim.split('*') : []));
  return [size, ...names.sort()].join('*');
}
