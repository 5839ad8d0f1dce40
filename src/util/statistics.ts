/** Small statistics over plain lists and typed arrays. */

/**
 * The q-quantile (0 to 1) by linear interpolation between order statistics
 * (Hyndman & Fan 1996, type 7). `NaN` of nothing.
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), q);
}

/** As `quantile`, for values that are already in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, q));
  const low = Math.floor(position);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (position - low);
}

/** The middle value. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * The value that a standard normal variable does not exceed with probability `p`.
 *
 * Source: Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), PPND7; about 7 digits.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(NEAR, r)) / polynomial(NEAR_BELOW, r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const value =
    r <= 5
      ? polynomial(MIDDLE, r - 1.6) / polynomial(MIDDLE_BELOW, r - 1.6)
      : polynomial(FAR, r - 5) / polynomial(FAR_BELOW, r - 5);
  return q < 0 ? -value : value;
}

// --- internal ---

const NEAR = [3.3871327179, 50.434271938, 159.29113202, 59.10937472];
const NEAR_BELOW = [1, 17.895169469, 78.757757664, 67.1875636];
const MIDDLE = [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103];
const MIDDLE_BELOW = [1, 0.7370016425, 0.12021132975];
const FAR = [6.657905115, 3.081226386, 0.42868294337, 0.017337203997];
const FAR_BELOW = [1, 0.24197894225, 0.012258202635];

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/** Number of values of ascending `sorted` below `bound`, or up to it where `inclusive`. */
export function countBelow(sorted: Float64Array, bound: number, inclusive = false): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < bound || (inclusive && sorted[middle] === bound)) low = middle + 1;
    else high = middle;
  }
  return low;
}
