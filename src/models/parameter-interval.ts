import { thresholdForFlagRate } from '../score/index.ts';
import { normalQuantile, quantile } from '../util/statistics.ts';

/** How values become numbers around 0 with spread 1: those that span orders of magnitude by their logarithm. */
export interface Scale {
  readonly log: boolean;
  /** Whether any value was below 0. */
  readonly signed: boolean;
  readonly mean: number;
  readonly sd: number;
}

/** Where residuals of normal values lie: `center` +- `reach`, in standardised units. */
export interface Interval {
  readonly center: number;
  readonly reach: number;
}

/** The scale of some values, at least one. */
export function fitScale(values: Float64Array): Scale {
  const smallest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const log = smallest >= 0 && largest > ORDERS * (quantile(values, 0.5) + 1);
  const scaled = log ? values.map(Math.log1p) : values;
  const { mean, sd } = momentsOf(scaled);
  return { log, signed: smallest < 0, mean, sd: sd > 0 ? sd : 1 };
}

/** A value in standardised units. */
export function standardised({ log, mean, sd }: Scale, value: number): number {
  return ((log ? Math.sign(value) * Math.log1p(Math.abs(value)) : value) - mean) / sd;
}

/** The value of standardised units. */
export function original({ log, mean, sd }: Scale, standard: number): number {
  const value = standard * sd + mean;
  return log ? Math.sign(value) * Math.expm1(Math.abs(value)) : value;
}

/**
 * The interval that the share `confidence` of new residuals is to lie in: the Gaussian one,
 * or a wider one where the tails of the given residuals are heavier than a Gaussian's: so
 * wide that never more than the promised share of them lies outside, and where they are too
 * few to show that share, as wide as an exponential tail beyond their largest tenth. Null where too few are
 * given to promise anything: a value that never changed must have been seen so often that
 * another one is rarer than the promise.
 *
 * @param residuals held-out values less what was predicted, standardised
 */
export function fitInterval(residuals: Float64Array, confidence: number): Interval | null {
  const count = residuals.length;
  const { mean: center, sd } = momentsOf(residuals);
  if (count < FEWEST || (sd === 0 && count * (1 - confidence) < 1)) return null;
  const gaussian = normalQuantile((1 + confidence) / 2) * sd * Math.sqrt(1 + 1 / count);
  const sizes = residuals.map((residual) => Math.abs(residual - center)).sort();
  const observed = thresholdForFlagRate(sizes, 1 - confidence);
  const tail = observed > gaussian && count * (1 - confidence) < SHOWN ? exponentialTail(sizes, 1 - confidence) : 0;
  return { center, reach: Math.max(gaussian, observed, tail, ROUNDING) };
}

/** Whether numbers that came in this order only grow, as line numbers and ids do: their next one is always new. */
export function isCounter(values: Float64Array): boolean {
  if (values.length < FEWEST || new Set(values).size * 2 < values.length) return false;
  let grew = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! >= values[i - 1]!) grew++;
  return grew >= GROWING * (values.length - 1);
}

// --- internal ---

/** Largest over middle value from which on logarithms tell more. */
const ORDERS = 20;
/** So many values beyond a quantile show where it is. */
const SHOWN = 10;
/** Fewer values say nothing about a spread. */
const FEWEST = 30;
const GROWING = 0.9;
/** Standardised numbers this near to each other are equal. */
const ROUNDING = 1e-6;

/** What the share `share` exceeds, by the mean excess of the largest tenth (peaks over threshold). */
function exponentialTail(sorted: Float64Array, share: number): number {
  const above = Math.ceil(sorted.length / 10);
  const from = sorted[sorted.length - above - 1] ?? 0;
  const excess = sorted.subarray(-above).reduce((sum, size) => sum + size - from, 0) / above;
  return from + excess * Math.log(above / sorted.length / share);
}

function momentsOf(values: Float64Array): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sd = Math.sqrt(squares / Math.max(1, values.length - 1));
  // Rounding alone is no spread.
  return { mean, sd: sd > ROUNDING * 1e-3 * Math.max(1, Math.abs(mean)) ? sd : 0 };
}
