import { CaracalError } from '../../errors.ts';
import { defineOp, defineSingle } from '../op.ts';
import { addToDim, type Dim, dimAt, resolveAxis, type Shape, shapeError, withDim } from '../shape.ts';
import { scalar, type Value } from '../value.ts';
import { broadcastTo } from './broadcast.ts';
import { expandDims } from './reshape.ts';

/**
 * Elements `start` to `end` (exclusive) along one axis. A negative `end` counts from
 * the back; without one the rest is taken. On a named dimension `end` must be negative
 * or absent.
 */
export function slice(x: Value, axis: number, start: number, end?: number): Value {
  const at = resolveAxis('slice', x.shape, axis);
  const dim = dimAt('slice', x.shape, at);
  const after = end === undefined ? 0 : end < 0 ? -end : typeof dim === 'number' ? dim - end : -1;
  return start === 0 && after === 0 ? x : sliceOp([x], { axis: at, before: start, after });
}

/** Surrounds one axis with zeros: the reverse of `slice`. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  return padOp([x], { axis: resolveAxis('pad', x.shape, axis), before, after });
}

/** Joins values along an axis; their other dimensions must agree. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (first === undefined)
    throw new CaracalError('E_GRAPH', 'concat needs at least one value; pass the parts to join.');
  return values.length === 1 ? first : concatOp(values, { axis: resolveAxis('concat', first.shape, axis) });
}

/** Joins values along a new axis. */
export function stack(values: readonly Value[], axis: number): Value {
  return concat(
    values.map((value) => expandDims(value, axis)),
    axis,
  );
}

/** Cuts an axis into parts of the given sizes. */
export function split(x: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  return sizes.length === 1 ? [x] : splitOp([x], { axis: resolveAxis('split', x.shape, axis), sizes });
}

// --- internal ---

interface Cut {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

const LAST = 2 ** 31 - 1;

const sliceOp = defineSingle<[Value], Cut>({
  name: 'slice',
  infer: ([x], { axis, before, after }) => {
    const dim = addToDim(dimAt('slice', x.shape, axis), -before - after);
    if (before < 0 || after < 0 || (typeof dim === 'number' && dim < 1)) {
      throw shapeError(
        'slice',
        [x.shape],
        `axis ${axis} without ${before} in front and ${after} behind leaves nothing known`,
      );
    }
    return { dtype: x.dtype, shape: withDim(x.shape, axis, dim) };
  },
  emit: (emitter, [x], { attributes: { axis, before, after } }) =>
    emitter.node('Slice', [
      x,
      emitter.ints([before]),
      emitter.ints([after === 0 ? LAST : -after]),
      emitter.ints([axis]),
    ]),
  gradient: (gradient, { attributes: { axis, before, after } }) => [pad(gradient, axis, before, after)],
});

const padOp = defineSingle<[Value], Cut>({
  name: 'pad',
  infer: ([x], { axis, before, after }) => {
    if (before < 0 || after < 0)
      throw shapeError('pad', [x.shape], 'zeros cannot be negative in number; use slice to cut');
    return { dtype: x.dtype, shape: withDim(x.shape, axis, addToDim(dimAt('pad', x.shape, axis), before + after)) };
  },
  emit: (emitter, [x], { inputs: [value], attributes: { axis, before, after } }) => {
    const at = (amount: number): number[] => value.shape.map((_, index) => (index === axis ? amount : 0));
    return emitter.node('Pad', [x, emitter.ints([...at(before), ...at(after)])]);
  },
  gradient: (gradient, { attributes: { axis, before, after } }) => [
    slice(gradient, axis, before, after === 0 ? undefined : -after),
  ],
});

const concatOp = defineSingle<readonly Value[], { axis: number }>({
  name: 'concat',
  infer: (values, { axis }) => {
    const [first] = values;
    const fits = values.every(
      (value) =>
        value.dtype === first?.dtype &&
        value.shape.length === first.shape.length &&
        value.shape.every((dim, index) => index === axis || dim === first.shape[index]),
    );
    const shapes = values.map((value) => value.shape);
    if (!first || !fits) throw shapeError('concat', shapes, `all but axis ${axis} and the data types must agree`);
    return { dtype: first.dtype, shape: withDim(first.shape, axis, joinedDim(shapes, axis)) };
  },
  emit: (emitter, names, { attributes: { axis } }) => emitter.node('Concat', names, { axis }),
  gradient: (gradient, { inputs, attributes: { axis } }) =>
    split(
      gradient,
      axis,
      inputs.map((value) => fixedDim('concat', value.shape, axis)),
    ),
});

const splitOp = defineOp<[Value], { axis: number; sizes: readonly number[] }>({
  name: 'split',
  infer: ([x], { axis, sizes }) => {
    if (sizes.reduce((sum, size) => sum + size, 0) !== x.shape[axis]) {
      throw shapeError('split', [x.shape], `the sizes [${sizes.join(', ')}] must add up to dimension ${axis}`);
    }
    return sizes.map((size) => ({ dtype: x.dtype, shape: withDim(x.shape, axis, size) }));
  },
  emit: (emitter, [x], { attributes: { axis, sizes } }) =>
    emitter.nodes('Split', [x, emitter.ints(sizes)], sizes.length, { axis }),
  gradient: (_, { outputs, attributes: { axis } }, gradients) => [
    concat(
      outputs.map((output, part) => gradients[part] ?? broadcastTo(scalar(0, output.dtype), output.shape)),
      axis,
    ),
  ],
});

function joinedDim(shapes: readonly Shape[], axis: number): Dim {
  const dims = shapes.map((shape) => dimAt('concat', shape, axis));
  const named = dims.filter((dim) => typeof dim === 'string');
  if (named.length > 1) throw shapeError('concat', shapes, 'only one part may have a named size; fix the others');
  const fixed = dims.reduce<number>((sum, dim) => (typeof dim === 'number' ? sum + dim : sum), 0);
  return named[0] === undefined ? fixed : addToDim(named[0], fixed);
}

function fixedDim(op: string, shape: Shape, axis: number): number {
  const dim = dimAt(op, shape, axis);
  if (typeof dim === 'number') return dim;
  throw shapeError(
    op,
    [shape],
    `its gradient needs a fixed size at axis ${axis}; name no dimension in training graphs`,
  );
}
