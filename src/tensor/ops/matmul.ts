import { commonType, defineSingle } from '../op.ts';
import { broadcastShapes, type Shape, shapeError } from '../shape.ts';
import type { Value } from '../value.ts';
import { unbroadcast } from './broadcast.ts';
import { reshape, swapLast } from './reshape.ts';

/** Which operands have their last two dimensions swapped before the product. */
export interface Transposed {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * Matrix product over the last two dimensions: (..., N, K) x (..., K, M) -> (..., N, M).
 * Leading dimensions broadcast.
 *
 * @throws CaracalError `E_SHAPE` where the inner dimensions differ
 */
export function matmul(a: Value, b: Value, { transposeA = false, transposeB = false }: Transposed = {}): Value {
  return matmulOp([a, b], { transposeA, transposeB });
}

// --- internal ---

const matmulOp = defineSingle<[Value, Value], Required<Transposed>>({
  name: 'matmul',
  infer: ([a, b], { transposeA, transposeB }) => {
    const dtype = commonType('matmul', a, b);
    const given = [a.shape, b.shape];
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw shapeError('matmul', given, 'both need at least two dimensions; use expandDims');
    }
    const [rows = 1, inner = 1] = lastTwo(a.shape, transposeA);
    const [other = 1, columns = 1] = lastTwo(b.shape, transposeB);
    if (inner !== other) {
      throw shapeError('matmul', given, `the inner dimensions ${inner} and ${other} differ; transpose or reshape one`);
    }
    const leading = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
    return { dtype, shape: [...leading, rows, columns] };
  },
  emit: (emitter, [a, b], { inputs, attributes: { transposeA, transposeB } }) => {
    if (inputs.every(({ shape }) => shape.length === 2) && (transposeA || transposeB)) {
      return emitter.node('Gemm', [a, b], { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 });
    }
    const swapped = (name: string, { shape }: Value, swap: boolean): string =>
      swap ? emitter.node('Transpose', [name], { perm: swapPermutation(shape.length) }) : name;
    return emitter.node('MatMul', [swapped(a, inputs[0], transposeA), swapped(b, inputs[1], transposeB)]);
  },
  gradient: (gradient, { inputs: [a, b], attributes: { transposeA, transposeB } }) => {
    const forA = transposeA
      ? matmul(b, gradient, { transposeA: transposeB, transposeB: true })
      : matmul(gradient, b, { transposeB: !transposeB });
    return [unbroadcast(forA, a.shape), gradientOfRight(gradient, a, b, { transposeA, transposeB })];
  },
});

function gradientOfRight(gradient: Value, a: Value, b: Value, { transposeA, transposeB }: Required<Transposed>): Value {
  // Rows of every leading position add up in one product instead of one product each and a sum.
  const flatten = b.shape.length === 2 && a.shape.length > 2;
  const left = flatten ? asMatrix(transposeA ? swapLast(a) : a) : a;
  const right = flatten ? asMatrix(gradient) : gradient;
  const swap = flatten ? false : transposeA;
  const forB = transposeB
    ? matmul(right, left, { transposeA: true, transposeB: swap })
    : matmul(left, right, { transposeA: !swap });
  return unbroadcast(forB, b.shape);
}

function asMatrix(x: Value): Value {
  const size = x.shape.slice(0, -1).reduce<number>((product, dim) => {
    if (typeof dim === 'number') return product * dim;
    throw shapeError('matmul', [x.shape], 'its gradient needs fixed sizes; name no dimension in training graphs');
  }, 1);
  return reshape(x, [size, ...x.shape.slice(-1)]);
}

function lastTwo(shape: Shape, swap: boolean): Shape {
  const pair = shape.slice(-2);
  return swap ? pair.reverse() : pair;
}

function swapPermutation(rank: number): number[] {
  return [...Array(rank - 2).keys(), rank - 1, rank - 2];
}
