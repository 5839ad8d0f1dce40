import type { SequenceScores } from '../types.ts';

/** What a sequence is judged by: the detector's own score, or the worst rank of its keys. */
export type ScoreRule = 'nll' | 'top-k';

/** One score per sequence under a rule. */
export function scoresByRule(scores: SequenceScores, rule: ScoreRule): Float32Array {
  if (rule === 'nll') return scores.sequence;
  return scores.sequence.map((_, s) => {
    let worst = 0;
    for (let row = scores.offsets[s]!; row < scores.offsets[s + 1]!; row++) worst = Math.max(worst, scores.rank[row]!);
    return worst;
  });
}
