/**
 * The selection rule that is fixed in advance for all detectors: the score that the
 * share `share` of new normal scores is expected to exceed, judged by the held-out ones,
 * of which never more than this share lie above it. A score above the threshold is
 * flagged. Without scores nothing can be chosen: infinity.
 *
 * Of n scores from one continuous distribution the k-th largest is exceeded by a new one
 * with probability k / (n + 1), whatever the distribution; between such places the
 * threshold is interpolated. Taking the (n * share + 1)-th largest score instead, as one
 * does to flag as many as allowed, would flag up to 1 / n more of what is new.
 *
 * Source: Hyndman & Fan, "Sample Quantiles in Statistical Packages", The American
 * Statistician 1996, definition 6.
 *
 * @param scores of held-out normal sequences or events, high is anomalous
 * @param share largest share of them that may be flagged, such as 0.005
 */
export function thresholdForFlagRate(scores: ArrayLike<number>, share: number): number {
  const count = scores.length;
  if (count === 0) return Number.POSITIVE_INFINITY;
  const sorted = Float64Array.from(scores).sort();
  const largest = (k: number): number => sorted[Math.max(0, count - Math.max(1, k))]!;
  const place = (count + 1) * share;
  const above = largest(Math.floor(place));
  const below = largest(Math.floor(place) + 1);
  const interpolated = place < 1 ? above : above + (below - above) * (place - Math.floor(place));
  // Where scores repeat or are few, the interpolated one may lie too low.
  return Math.max(interpolated, largest(Math.floor(count * share) + 1));
}

/** Share of `scores` above `threshold`; 0 of nothing. */
export function flagRate(scores: ArrayLike<number>, threshold: number): number {
  let flagged = 0;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > threshold) flagged++;
  return scores.length === 0 ? 0 : flagged / scores.length;
}
