import { defineSingle } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import type { Value } from '../value.ts';

/** How a running sum counts. */
export interface Cumulative {
  /** Sums the elements after instead of before. */
  readonly reverse?: boolean;
  /** Leaves the element itself out. */
  readonly exclusive?: boolean;
}

/** Running sum along an axis. */
export function cumsum(x: Value, axis: number, { reverse = false, exclusive = false }: Cumulative = {}): Value {
  return cumsumOp([x], { axis: resolveAxis('cumsum', x.shape, axis), reverse, exclusive });
}

// --- internal ---

const cumsumOp = defineSingle<[Value], Required<Cumulative> & { axis: number }>({
  name: 'cumsum',
  infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
  emit: (emitter, [x], { attributes: { axis, reverse, exclusive } }) => {
    const along = emitter.constant({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(axis)) });
    return emitter.node('CumSum', [x, along], { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 });
  },
  gradient: (gradient, { attributes: { axis, reverse, exclusive } }) => [
    cumsum(gradient, axis, { reverse: !reverse, exclusive }),
  ],
});
