import { CaracalError } from '../../errors.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { sigmoid, tanh } from '../ops/elementwise.ts';
import { matmul } from '../ops/matmul.ts';
import { split } from '../ops/slicing.ts';
import { dimAt } from '../shape.ts';
import type { Value } from '../value.ts';

/**
 * A long short-term memory layer, unrolled, from a zero state.
 *
 *     (i, f, o, g) = projection of x_t + h U      i, f, o through sigmoid, g through tanh
 *     c <- f c + i g        h = o tanh(c)
 *
 * The caller projects the inputs: one product for all steps, or a table lookup where
 * the inputs are symbols.
 *
 * Source: Hochreiter & Schmidhuber, Neural Computation 9 (1997); forget gate by Gers
 * et al. (2000).
 *
 * @param projections one value (..., 4H) a step: the input's share of i, f, o, g, with the bias
 * @param recurrent U (H, 4H), or with leading dimensions as of the projections for several layers side by side
 * @returns the hidden state (..., H) after each step
 */
export function lstm(projections: readonly Value[], recurrent: Value): Value[] {
  const hidden = dimAt('lstm', recurrent.shape, -2);
  if (typeof hidden !== 'number')
    throw new CaracalError('E_SHAPE', 'lstm needs weights of fixed size; name no dimension there.');
  const states: Value[] = [];
  let state: { h: Value; c: Value } | null = null;
  for (const projection of projections) {
    const gates: Value = state ? add(matmul(state.h, recurrent), projection) : projection; // (..., 4H)
    const [squashed = gates, raw = gates] = split(gates, -1, [3 * hidden, hidden]);
    const [i = squashed, f = squashed, o = squashed] = split(sigmoid(squashed), -1, [hidden, hidden, hidden]);
    const fresh = mul(i, tanh(raw)); // (..., H)
    const c: Value = state ? add(mul(f, state.c), fresh) : fresh; // (..., H)
    const h = mul(o, tanh(c)); // (..., H)
    states.push(h);
    state = { h, c };
  }
  return states;
}
