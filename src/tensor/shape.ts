import { CaracalError } from '../errors.ts';

/**
 * One dimension: a size, or the name of a size known only when the graph runs, such as
 * `B`, with a constant added where a graph pads or cuts it (`T+9`).
 */
export type Dim = number | string;

/** Dimensions from the outermost to the innermost; `[]` is a scalar. */
export type Shape = readonly Dim[];

/** `[B, 10, 64]`, for messages. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** An `E_SHAPE` error that names the op and the shapes it was given. */
export function shapeError(op: string, shapes: readonly Shape[], advice: string): CaracalError {
  const given = shapes.map(formatShape).join(' and ');
  return new CaracalError('E_SHAPE', `${op} cannot take ${given}: ${advice}.`, { op, shapes: given });
}

/**
 * The shape that two shapes stretch to when dimensions of size 1 repeat (NumPy's rule).
 *
 * @throws CaracalError `E_SHAPE` where a pair of dimensions differs and none is 1
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[a.length - rank + axis] ?? 1;
    const right = b[b.length - rank + axis] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw shapeError(
      op,
      [a, b],
      `dimension ${axis} is ${left} on one side and ${right} on the other; make them equal or 1`,
    );
  });
}

/** Whether two shapes are the same, names included. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/**
 * A shape whose every dimension is a number.
 *
 * @throws CaracalError `E_SHAPE` where one is only known when the graph runs
 */
export function staticShape(op: string, shape: Shape): readonly number[] {
  return shape.map((dim) => {
    if (typeof dim === 'number') return dim;
    throw shapeError(op, [shape], `dimension ${dim} is not known before the graph runs; give it a fixed size`);
  });
}

/** The axis counted from the front; negative axes count from the back. */
export function resolveAxis(op: string, shape: Shape, axis: number): number {
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (Number.isInteger(resolved) && resolved >= 0 && resolved < shape.length) return resolved;
  throw shapeError(op, [shape], `axis ${axis} does not exist; use 0 to ${shape.length - 1}`);
}

/** The dimension at an axis that exists. */
export function dimAt(op: string, shape: Shape, axis: number): Dim {
  return shape[resolveAxis(op, shape, axis)] ?? 1;
}

/** A dimension grown or shrunk by a constant: `T` and 9 give `T+9`, `T+9` and -9 give `T`. */
export function addToDim(dim: Dim, change: number): Dim {
  if (typeof dim === 'number') return dim + change;
  const [, name = dim, constant = '0'] = /^(.*?)([+-]\d+)?$/.exec(dim) ?? [];
  const total = Number(constant) + change;
  return total === 0 ? name : `${name}${total > 0 ? '+' : ''}${total}`;
}

/** A copy of a shape with one dimension replaced. */
export function withDim(shape: Shape, axis: number, dim: Dim): Shape {
  return shape.map((old, index) => (index === axis ? dim : old));
}
