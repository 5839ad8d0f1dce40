import { add, mul, sub } from '../ops/arithmetic.ts';
import { reduceSum } from '../ops/broadcast.ts';
import { where } from '../ops/compare.ts';
import { cumsum } from '../ops/cumulative.ts';
import { exp } from '../ops/elementwise.ts';
import { matmul } from '../ops/matmul.ts';
import { expandDims, transpose } from '../ops/reshape.ts';
import { scalar, type Value } from '../value.ts';

/** Inputs of a selective state-space layer. B rows, T positions, H heads, P channels a head, N states. */
export interface StateSpaceInputs {
  /** (B, T, H, P) */
  readonly x: Value;
  /** Step size, at least 0, (B, T, H); 0 passes the state on unchanged. */
  readonly dt: Value;
  /** Decay rate per head, below 0, (H). */
  readonly a: Value;
  /** What enters the state, (B, T, N). */
  readonly b: Value;
  /** What is read from the state, (B, T, N). */
  readonly c: Value;
  /** Whether position t may look at position s, bool (B, T, T); never at a later one. */
  readonly visible: Value;
  /** State before the first position, (B, H, N, P); zero unless given. */
  readonly state?: Value;
}

/**
 * A selective state-space layer with a scalar decay per head, in its matrix form:
 *
 *     h_t = exp(dt_t a) h_(t-1) + dt_t b_t x_t        y_t = c_t h_t
 *     y_t = sum_(s <= t) (c_t b_s) exp(a (dt_(s+1) + ... + dt_t)) dt_s x_s
 *
 * All positions at once as products of matrices; with one position and a state it is
 * the recurrence itself, at constant cost.
 *
 * Source: Dao & Gu, "Transformers are SSMs: Generalized Models and Efficient Algorithms
 * Through Structured State Space Duality", ICML 2024, section 6.
 *
 * @returns y (B, T, H, P), and the state after the last position, (B, H, N, P)
 */
export function stateSpace({ x, dt, a, b, c, visible, state }: StateSpaceInputs): { y: Value; state: Value } {
  const steps = transpose(mul(dt, a), [0, 2, 1]); // (B, H, T)
  const total = cumsum(steps, 2); // (B, H, T)
  const between = sub(expandDims(total, 3), expandDims(total, 2)); // (B, H, T, T)
  const gone = where(expandDims(visible, 1), 0, scalar(GONE, x.dtype)); // (B, 1, T, T)
  const decay = exp(add(between, gone)); // (B, H, T, T)
  const similar = expandDims(matmul(c, b, { transposeB: true }), 1); // (B, 1, T, T)
  const entering = transpose(mul(x, expandDims(dt, 3)), [0, 2, 1, 3]); // (B, H, T, P)
  const within = matmul(mul(decay, similar), entering); // (B, H, T, P)

  const whole = reduceSum(steps, { axes: [2], keepDims: true }); // (B, H, 1)
  const left = mul(entering, expandDims(exp(sub(whole, total)), 3)); // (B, H, T, P)
  const fresh = matmul(expandDims(b, 1), left, { transposeA: true }); // (B, H, N, P)
  const heads = (y: Value): Value => transpose(y, [0, 2, 1, 3]); // (B, T, H, P)
  if (!state) return { y: heads(within), state: fresh };
  const carried = mul(matmul(expandDims(c, 1), state), expandDims(exp(total), 3)); // (B, H, T, P)
  return { y: heads(add(within, carried)), state: add(mul(state, expandDims(exp(whole), 3)), fresh) };
}

// --- internal ---

/** Its exponential is exactly 0, whatever a decay adds to it. */
const GONE = -1e9;
