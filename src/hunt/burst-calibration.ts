import { countBelow } from '../util/statistics.ts';

/**
 * The common measure of bursts: how often does normal activity make one like it? It is
 * learned from the bursts of a channel's own held-out periods, not from a Poisson law:
 * logs are bursty, and a Poisson tail would call every busy hour impossible. A burst
 * beyond the largest held-out one is judged by an exponential tail with the mean excess
 * of the largest (peaks over threshold with shape 0; Pickands, Annals of Statistics 1975).
 */
export interface BurstCalibration {
  /** Held-out periods and bursts it was learned from. */
  readonly periods: number;
  readonly bursts: number;
  /** -log10 of the expected number of bursts of this evidence or more in one period. */
  surprise(evidence: number): number;
}

/** Length of a period, ms: the unit in which channels are compared. */
export const PERIOD = 5 * 60_000;

/** Surprise of what normal activity shows once a day. */
export const ONCE_A_DAY = Math.log10(86_400_000 / PERIOD);

/**
 * @param evidences of the bursts in held-out periods of normal activity, in any order
 * @param span length of all those periods, ms
 * @param least evidence that any burst has: where held-out time shows none, the tail begins there
 */
export function calibrateBursts(evidences: readonly number[], span: number, least = 0): BurstCalibration {
  const sorted = Float64Array.from(evidences).sort();
  const n = sorted.length;
  const periods = Math.max(1, span / PERIOD);
  const largest = Math.max(least, sorted[n - 1] ?? 0);
  const scale = meanExcess(sorted);
  return {
    periods,
    bursts: n,
    surprise: (evidence) => {
      const reached = n - countBelow(sorted, evidence);
      const beyond = reached === 0 ? Math.max(0, Math.min(MOST_BEYOND, (evidence - largest) / scale / Math.LN10)) : 0;
      return Math.max(0, -Math.log10(Math.min(1, (reached + 1) / (periods + 1)))) + beyond;
    },
  };
}

// --- internal ---

/** Share of the bursts whose excess makes the tail, and the fewest of them. */
const TAIL_SHARE = 0.1;
const FEWEST = 5;
/** Where no two bursts differ, evidence (a -log10 of a probability) has the scale of one decade. */
const DECADE = 1 / Math.LN10;
/** Decades that a tail is continued at most. */
const MOST_BEYOND = 3;

function meanExcess(sorted: Float64Array): number {
  const used = Math.min(sorted.length - 1, Math.max(FEWEST, Math.ceil(TAIL_SHARE * sorted.length)));
  if (used < 1) return DECADE;
  const threshold = sorted[sorted.length - 1 - used]!;
  let sum = 0;
  for (let i = sorted.length - used; i < sorted.length; i++) sum += sorted[i]! - threshold;
  return Math.max(DECADE / 2, sum / used);
}
