import { defineSingle, expectType, FLOATS } from '../op.ts';
import { dimAt, shapeError } from '../shape.ts';
import type { Value } from '../value.ts';
import { mul } from './arithmetic.ts';
import { reduceSum } from './broadcast.ts';
import { gather } from './lookup.ts';
import { concat, pad } from './slicing.ts';

/** Where the neighbours of R rows stand, int32 or int64 (R) each; R where a row has no such neighbour. */
export interface Neighbours {
  /** Of the rows 1, 2, ... K - 1 places back. */
  readonly back: readonly Value[];
  /** Of the rows as many places ahead: the reverse of `back`. */
  readonly ahead: readonly Value[];
}

/**
 * Each row and its neighbours, weighed channel by channel and added up:
 * y_r = sum_k w_(K-1-k) x_(back_k(r)), where back_0(r) is r itself.
 *
 * @param x (R, C)
 * @param weights (K, C), the last row for the row itself
 */
export function neighbourSum(x: Value, weights: Value, { back, ahead }: Neighbours): Value {
  return neighbourSumOp([x, weights, ...back, ...ahead], undefined);
}

// --- internal ---

const neighbourSumOp = defineSingle<readonly Value[], undefined>({
  name: 'neighbourSum',
  infer: (inputs) => {
    const { x, weights, back, ahead } = named(inputs);
    expectType('neighbourSum', x, FLOATS);
    const shapes = [x.shape, weights.shape, ...[...back, ...ahead].map(({ shape }) => shape)];
    if (dimAt('neighbourSum', weights.shape, 0) !== back.length + 1 || back.length !== ahead.length) {
      throw shapeError('neighbourSum', shapes, 'there must be a row of weights for each neighbour and one more');
    }
    return { dtype: x.dtype, shape: x.shape };
  },
  emit: (emitter, inputs) => {
    const { x, weights, back } = named(inputs);
    const taps = back.length + 1;
    const rows =
      taps === 1 ? [weights] : emitter.nodes('Split', [weights, emitter.ints(Array(taps).fill(1))], taps, { axis: 0 });
    const padded = emitter.node('Pad', [x, emitter.ints([0, 0, 1, 0])]);
    return [x, ...back.map((places) => emitter.node('Gather', [padded, places], { axis: 0 }))]
      .map((tap, k) => emitter.node('Mul', [tap, rows[taps - 1 - k]!]))
      .reduce((sum, part) => emitter.node('Add', [sum, part]));
  },
  gradient: (gradient, { inputs }) => {
    const { x, weights, back, ahead } = named(inputs);
    const padded = pad(x, 0, 0, 1);
    const taps = [x, ...back.map((places) => gather(padded, places))];
    const sums = taps.map((tap) => reduceSum(mul(tap, gradient), { axes: [0], keepDims: true }));
    return [
      neighbourSum(gradient, weights, { back: ahead, ahead: back }),
      concat(sums.reverse(), 0),
      ...[...back, ...ahead].map(() => null),
    ];
  },
});

function named<T>(inputs: readonly T[]): { x: T; weights: T; back: readonly T[]; ahead: readonly T[] } {
  const [x, weights, ...places] = inputs as readonly [T, T, ...T[]];
  return { x, weights, back: places.slice(0, places.length / 2), ahead: places.slice(places.length / 2) };
}
