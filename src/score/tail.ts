import { countBelow, quantileOfSorted } from '../util/statistics.ts';

/**
 * Survival function of counts learned from samples: the share of samples that reach a
 * value, continued beyond the largest sample as a Pareto tail whose index is Hill's
 * estimate from the upper tenth (Hill 1975). Poisson tails would be far too optimistic:
 * what logs count comes in bursts.
 */
export interface Tail {
  readonly samples: number;
  /** P(X >= value), above 0; 1 where nothing was ever sampled. */
  survival(value: number): number;
  readonly median: number;
  readonly largest: number;
}

/** Bounds of the tail index: below, one sample would explain anything; above, nothing could be surprising twice. */
const MIN_INDEX = 1;
const MAX_INDEX = 4;

/** @param samples positive counts, in any order */
export function fitTail(samples: ArrayLike<number>): Tail {
  const sorted = Float64Array.from(samples).sort();
  const n = sorted.length;
  const largest = sorted[n - 1] ?? 0;
  const index = hillIndex(sorted);
  return {
    samples: n,
    median: n === 0 ? 0 : quantileOfSorted(sorted, 0.5),
    largest,
    survival: (value) => {
      if (n === 0) return 1;
      const reached = n - countBelow(sorted, value);
      if (reached > 0) return (reached + 1) / (n + 1);
      return (1 / (n + 1)) * (largest / value) ** index;
    },
  };
}

// --- internal ---

function hillIndex(sorted: Float64Array): number {
  const n = sorted.length;
  const used = Math.max(2, Math.ceil(n / 10));
  if (n <= used) return 2;
  const threshold = Math.max(1, sorted[n - used - 1]!);
  let sum = 0;
  for (let i = n - used; i < n; i++) sum += Math.log(Math.max(1, sorted[i]! / threshold));
  return Math.min(MAX_INDEX, Math.max(MIN_INDEX, used / Math.max(sum, 1e-9)));
}
