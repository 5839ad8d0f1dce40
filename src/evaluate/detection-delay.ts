import type { SequenceScores } from '../types.ts';
import { median } from '../util/statistics.ts';
import { type ScoreRule, scoresByRule } from './sequence-rule.ts';

/**
 * How late an anomaly is found: of the anomalous sequences that are flagged, the median
 * number of events from the begin to the first that is above the threshold, that one
 * included. A detector whose sequence score is more than its worst event knows only at the
 * end, so the whole length counts. `NaN` where nothing anomalous is flagged.
 */
export function detectionDelay(
  scores: SequenceScores,
  labels: ArrayLike<number>,
  threshold: number,
  rule: ScoreRule,
): number {
  const { offsets } = scores;
  const ofRow = rule === 'nll' ? scores.nll : Float32Array.from(scores.rank);
  const sequences = scoresByRule(scores, rule);
  const worst = sequences.map((_, s) => ofRow.subarray(offsets[s], offsets[s + 1]).reduce((a, b) => Math.max(a, b), 0));
  const byEvent = sequences.every((score, s) => score === worst[s]);
  const delays: number[] = [];
  sequences.forEach((score, s) => {
    if (!labels[s] || !(score > threshold)) return;
    const rows = ofRow.subarray(offsets[s], offsets[s + 1]);
    delays.push(byEvent ? rows.findIndex((value) => value > threshold) + 1 : rows.length);
  });
  return median(delays);
}
