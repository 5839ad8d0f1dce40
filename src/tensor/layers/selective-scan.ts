import { add, mul, sub } from '../ops/arithmetic.ts';
import { reduceSum } from '../ops/broadcast.ts';
import { exp } from '../ops/elementwise.ts';
import { expandDims } from '../ops/reshape.ts';
import { concat, pad, slice } from '../ops/slicing.ts';
import type { Value } from '../value.ts';

/** Inputs of a selective scan. B rows, T positions, E channels, N states a channel. */
export interface SelectiveScanInputs {
  /** (B, T, E) */
  readonly x: Value;
  /** Step size, at least 0, (B, T, E); 0 passes the state on unchanged. */
  readonly dt: Value;
  /** Decay rates, below 0, (E, N). */
  readonly a: Value;
  /** What enters the state, (B, T, N). */
  readonly b: Value;
  /** What is read from the state, (B, T, N). */
  readonly c: Value;
  /** 1 where a sequence begins and the state before it is forgotten, else 0, (B, T, 1). */
  readonly begins?: Value;
  /** State before the first position, (B, E, N); zero unless given. */
  readonly state?: Value;
  /** T at most; the work grows with its logarithm. */
  readonly most: number;
}

/**
 * A selective state-space layer with a decay of its own for every channel and state (S6):
 *
 *     h_t = exp(dt_t a) h_(t-1) + dt_t b_t x_t        y_t = c_t h_t
 *
 * as a parallel prefix over positions by doubling, since with decays per channel there
 * is no matrix form. It takes N times the memory of `stateSpace`: a reference.
 *
 * Source: Gu & Dao, "Mamba: Linear-Time Sequence Modeling with Selective State Spaces",
 * 2023, sections 3.2 and 3.3; Hillis & Steele, "Data Parallel Algorithms", CACM 1986.
 *
 * @returns y (B, T, E), and the state after the last position, (B, E, N)
 */
export function selectiveScan({ x, dt, a, b, c, begins, state, most }: SelectiveScanInputs): {
  y: Value;
  state: Value;
} {
  const own = exp(mul(expandDims(dt, 3), a)); // (B, T, E, N)
  const forgetting = begins ? mul(own, expandDims(sub(1, begins), 3)) : own;
  const entering = mul(expandDims(mul(dt, x), 3), expandDims(b, 2)); // (B, T, E, N)
  // A state stands in front as a position of its own.
  let decay = state ? pad(forgetting, 1, 1, 0) : forgetting;
  let held = state ? concat([expandDims(state, 1), entering], 1) : entering;
  for (let reach = 1; reach <= most; reach *= 2) {
    held = add(held, mul(decay, later(held, reach)));
    decay = mul(decay, later(decay, reach));
  }
  if (state) held = slice(held, 1, 1);
  const y = reduceSum(mul(held, expandDims(c, 2)), { axes: [3] }); // (B, T, E)
  return { y, state: reduceSum(mul(held, isLast(held)), { axes: [1] }) };
}

// --- internal ---

/** Moved `by` positions on, zeros in front. */
function later(x: Value, by: number): Value {
  return slice(pad(x, 1, by, 0), 1, 0, -by);
}

/** 1 at the last position of (B, T, E, N), 0 before it. */
function isLast(x: Value): Value {
  const ones = add(mul(x, 0), 1);
  return sub(ones, slice(pad(ones, 1, 0, 1), 1, 1));
}
