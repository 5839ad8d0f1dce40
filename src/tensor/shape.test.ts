import { describe, expect, test } from 'vitest';
import { CaracalError } from '../errors.ts';
import {
  add,
  broadcastTo,
  cast,
  concat,
  expandDims,
  gather,
  gradients,
  input,
  matmul,
  not,
  reduceSum,
  reshape,
  scatterAdd,
  slice,
  split,
  squeeze,
  stack,
  transpose,
  type Value,
} from './index.ts';
import { addToDim, broadcastShapes } from './shape.ts';

const x = input('x', [2, 3]);
const named = input('named', ['B', 'T', 4]);
const keys = input('keys', ['B', 'T'], 'int64');

describe('shapes are checked when the graph is built', () => {
  test.each<[string, () => Value | readonly Value[], string]>([
    ['matmul', () => matmul(x, input('y', [4, 5])), '[2, 3] and [4, 5]'],
    ['matmul', () => matmul(x, input('y', [3])), '[2, 3] and [3]'],
    ['add', () => add(x, input('y', [2])), '[2, 3] and [2]'],
    ['add', () => add(named, input('y', [7, 1, 4])), '[B, T, 4] and [7, 1, 4]'],
    ['reshape', () => reshape(x, [4]), '[2, 3] and [4]'],
    ['reshape', () => reshape(named, ['B', 'S', 4]), '[B, T, 4] and [B, S, 4]'],
    ['squeeze', () => squeeze(x, 0), '[2, 3]'],
    ['transpose', () => transpose(x, [0, 0]), '[2, 3]'],
    ['concat', () => concat([x, input('y', [2, 4])], 0), '[2, 3] and [2, 4]'],
    ['concat', () => concat([named, named], 1), '[B, T, 4] and [B, T, 4]'],
    ['split', () => split(x, 1, [1, 1]), '[2, 3]'],
    ['slice', () => slice(x, 1, 3), '[2, 3]'],
    ['slice', () => slice(named, 1, 0, 2), '[B, T, 4]'],
    ['broadcastTo', () => broadcastTo(x, [3]), '[2, 3] and [3]'],
    ['reduceSum', () => reduceSum(x, { axes: [2] }), '[2, 3]'],
    ['scatterAdd', () => scatterAdd(x, input('i', [3], 'int32'), 5), '[2, 3] and [3]'],
  ])('%s says what it was given', (op, build, shapes) => {
    const error = thrownBy(build);
    expect(error.code).toBe('E_SHAPE');
    expect(error.message).toContain(op);
    expect(error.message).toContain(shapes);
  });

  test.each<[string, () => unknown]>([
    ['adding different data types', () => add(x, cast(x, 'float64'))],
    ['looking up with floating-point indices', () => gather(x, x)],
    ['negating numbers as truth values', () => not(x)],
    ['adding two numbers', () => add(1, 2)],
    ['differentiating something that is not a scalar', () => gradients(x, [x])],
    ['joining nothing', () => concat([], 0)],
  ])('refuses %s', (_, build) => {
    expect(thrownBy(build).code).toBe('E_GRAPH');
  });

  test('named dimensions go through every op that leaves them whole', () => {
    expect(matmul(named, input('w', [4, 8])).shape).toEqual(['B', 'T', 8]);
    expect(gather(input('table', [10, 6]), keys).shape).toEqual(['B', 'T', 6]);
    expect(reduceSum(named, { axes: [1] }).shape).toEqual(['B', 4]);
    expect(stack([named, named], 0).shape).toEqual([2, 'B', 'T', 4]);
    expect(reshape(named, ['B', 'T', 2, 2]).shape).toEqual(['B', 'T', 2, 2]);
    expect(slice(concat([input('p', ['B', 9, 4]), named], 1), 1, 3, -6).shape).toEqual(['B', 'T', 4]);
    expect(expandDims(named, -1).shape).toEqual(['B', 'T', 4, 1]);
  });

  test('named dimensions with constants', () => {
    expect(addToDim('T', 9)).toBe('T+9');
    expect(addToDim('T+9', -9)).toBe('T');
    expect(addToDim('T+9', -10)).toBe('T-1');
    expect(addToDim(4, -1)).toBe(3);
    expect(broadcastShapes('add', ['B', 1], ['T'])).toEqual(['B', 'T']);
  });
});

// --- internal ---

function thrownBy(build: () => unknown): CaracalError {
  try {
    build();
  } catch (error) {
    if (error instanceof CaracalError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
