/**
 * Surprise of a score: -log10 of its tail probability among held-out normal scores,
 * (number at least as high + 1) / (n + 1). It makes the scores of different channels
 * comparable and never exceeds what n held-out scores can support.
 */
export interface Surprise {
  /** Held-out scores it was learned from. */
  readonly samples: number;
  of(score: number): number;
}

/** @param heldOut scores of normal events that the model did not learn from, in any order */
export function fitSurprise(heldOut: ArrayLike<number>): Surprise {
  const sorted = Float64Array.from(heldOut).sort();
  const n = sorted.length;
  return {
    samples: n,
    of: (score) => {
      let low = 0;
      let high = n;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle]! < score) low = middle + 1;
        else high = middle;
      }
      return -Math.log10((n - low + 1) / (n + 1));
    },
  };
}
