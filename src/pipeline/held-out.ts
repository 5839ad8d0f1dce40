import type { DetectorModel } from '../models/index.ts';
import type { SequenceSet } from '../types.ts';

/** What a model says of sequences that it did not learn from. */
export interface HeldOut {
  /** Keys the model knows. */
  readonly known: ReadonlySet<string>;
  /** Scores of events with such keys. */
  readonly nll: readonly number[];
  /** Surprise of a key never seen: how rarely held-out time brings one up. */
  readonly unseenSurprise: number;
}

/**
 * Scores of held-out events. Unseen keys are left out and counted once each: in logs
 * one burst of a new message would otherwise set the threshold for everything.
 */
export async function heldOutScores(model: DetectorModel, set: SequenceSet): Promise<HeldOut> {
  const known: ReadonlySet<string> = new Set(model.description.vocabulary);
  const scores = await model.score(set);
  const nll: number[] = [];
  const unseen = new Set<number>();
  for (let s = 0; s < set.count; s++) {
    const keys = set.keys.subarray(set.offsets[s], set.offsets[s + 1]);
    for (let row = scores.offsets[s]!; row < scores.offsets[s + 1]!; row++) {
      const key = keys[row - scores.offsets[s]!];
      if (key === undefined || known.has(set.keyNames[key] ?? '')) nll.push(scores.nll[row]!);
      else unseen.add(key);
    }
  }
  return { known, nll, unseenSurprise: -Math.log10((unseen.size + 1) / (nll.length + 1)) };
}
