import type { SequenceScores } from '../types.ts';

/** How well a model predicts sequences that neither training nor validation has seen. */
export interface PredictionAccuracy {
  readonly sequences: number;
  /** Keys, and the ends of closed sequences. */
  readonly events: number;
  /** Mean NLL of the events. */
  readonly loss: number;
  /** How often the key that came was the likeliest. */
  readonly top1: number;
  /** How often it was among the five likeliest. */
  readonly top5: number;
}

/**
 * The accuracy of predictions that have been scored.
 *
 * @param counts which sequences count, all unless told
 */
export function predictionAccuracy(
  { offsets, nll, rank }: SequenceScores,
  counts: (sequence: number) => boolean = () => true,
): PredictionAccuracy {
  let [sequences, events, loss, top1, top5] = [0, 0, 0, 0, 0];
  for (let s = 0; s + 1 < offsets.length; s++) {
    if (!counts(s)) continue;
    sequences++;
    for (let row = offsets[s]!; row < offsets[s + 1]!; row++) {
      events++;
      loss += nll[row]!;
      if (rank[row]! <= 1) top1++;
      if (rank[row]! <= 5) top5++;
    }
  }
  return { sequences, events, loss: loss / events, top1: top1 / events, top5: top5 / events };
}
