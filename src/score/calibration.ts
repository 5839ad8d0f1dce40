import type { Severity } from '../types.ts';
import { quantileOfSorted } from '../util/statistics.ts';

/** Fewer held-out events than this cannot place the 99.9th percentile. */
export const EVENTS_TO_CALIBRATE = 1000;

/** One percentile of the held-out scores with its 95 % confidence interval. */
export interface Percentile {
  /** 0.95, 0.99 or 0.999. */
  readonly level: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What normal scores look like: severity thresholds and tail probabilities. */
export interface Calibration {
  /** False below `EVENTS_TO_CALIBRATE` held-out scores: severities are then a guess and shown as such. */
  readonly calibrated: boolean;
  readonly events: number;
  readonly percentiles: readonly [Percentile, Percentile, Percentile];
}

/**
 * Calibrates severities on held-out normal scores: NONE < p95 <= LOW < p99 <= MED < p99.9 <= HIGH.
 * The intervals are the distribution-free ones of order statistics (binomial, normal approximation).
 */
export function calibrate(scores: ArrayLike<number>): Calibration {
  const sorted = Float64Array.from(scores).sort();
  const n = sorted.length;
  const percentile = (level: number): Percentile => {
    const margin = n === 0 ? 0 : (1.96 * Math.sqrt(level * (1 - level) * n)) / n;
    return {
      level,
      value: n === 0 ? Number.POSITIVE_INFINITY : quantileOfSorted(sorted, level),
      low: n === 0 ? Number.POSITIVE_INFINITY : quantileOfSorted(sorted, level - margin),
      high: n === 0 ? Number.POSITIVE_INFINITY : quantileOfSorted(sorted, level + margin),
    };
  };
  return {
    calibrated: n >= EVENTS_TO_CALIBRATE,
    events: n,
    percentiles: [percentile(0.95), percentile(0.99), percentile(0.999)],
  };
}

/** Severity of a score under a calibration. */
export function severityOf(score: number, { percentiles: [low, medium, high] }: Calibration): Severity {
  if (score >= high.value) return 'HIGH';
  if (score >= medium.value) return 'MED';
  return score >= low.value ? 'LOW' : 'NONE';
}
