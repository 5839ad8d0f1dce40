/**
 * The selection rule that is fixed in advance for all detectors: the lowest threshold
 * at which at most `share` of the held-out normal scores lie above it. A score above
 * the threshold is flagged. Without scores nothing can be chosen: infinity.
 *
 * @param scores of held-out normal sequences or events, high is anomalous
 * @param share largest share of them that may be flagged, such as 0.005
 */
export function thresholdForFlagRate(scores: ArrayLike<number>, share: number): number {
  if (scores.length === 0) return Number.POSITIVE_INFINITY;
  const sorted = Float64Array.from(scores).sort();
  const allowed = Math.floor(sorted.length * share);
  return sorted[sorted.length - 1 - allowed] ?? Number.NEGATIVE_INFINITY;
}

/** Share of `scores` above `threshold`; 0 of nothing. */
export function flagRate(scores: ArrayLike<number>, threshold: number): number {
  let flagged = 0;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > threshold) flagged++;
  return scores.length === 0 ? 0 : flagged / scores.length;
}
