/**
 * Surprise of a score in nats: -log of its tail probability among held-out normal scores,
 * (number at least as high + 1) / (n + 1), continued beyond the largest as an exponential
 * tail with the mean excess of the highest held-out scores (the peaks-over-threshold
 * method with shape 0; Pickands, Annals of Statistics 1975).
 */
export interface TailSurprise {
  of(score: number): number;
}

/** @param heldOut scores of normal sequences that the model did not learn from, in any order */
export function fitTailSurprise(heldOut: ArrayLike<number>): TailSurprise {
  const sorted = Float64Array.from(heldOut).sort();
  const n = sorted.length;
  const largest = sorted[n - 1] ?? 0;
  const excess = meanExcess(sorted);
  const atLeast = (score: number): number => {
    let low = 0;
    let high = n;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < score) low = middle + 1;
      else high = middle;
    }
    return n - low;
  };
  return {
    of: (score) => {
      const beyond = excess > 0 ? Math.max(0, score - largest) / excess : 0;
      return beyond - Math.log((atLeast(score) + 1) / (n + 1));
    },
  };
}

/**
 * The surprise whose tail probability is the mean of those of two surprises: that of the
 * less surprising one, and up to ln 2 more where the other is far beyond it. It holds
 * however the two depend on each other (Vovk & Wang, "Combining p-values via averaging",
 * Biometrika 2020).
 */
export function meanSurprise(a: number, b: number): number {
  return Math.min(a, b) + Math.LN2 - Math.log1p(Math.exp(-Math.abs(a - b)));
}

// --- internal ---

/** Held-out scores whose excess makes the tail: their share, and the fewest. */
const TAIL_SHARE = 0.02;
const FEWEST = 5;

/** Mean excess of the highest scores over the next lower one; 0 where they do not differ. */
function meanExcess(sorted: Float64Array): number {
  const used = Math.min(sorted.length - 1, Math.max(FEWEST, Math.ceil(TAIL_SHARE * sorted.length)));
  if (used < 1) return 0;
  const threshold = sorted[sorted.length - 1 - used]!;
  return sorted.subarray(-used).reduce((sum, score) => sum + score - threshold, 0) / used;
}
