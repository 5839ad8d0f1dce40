import type { SequenceScores, SequenceSet } from '../types.ts';
import { auprc, auroc, decide, type PrecisionRecall } from './metrics.ts';
import type { ScoreRule } from './sequence-rule.ts';
import { UNLABELLED } from './truth.ts';

/** What is known of the events of a test, by row of their event table. */
export interface TestEvents {
  /** Epoch ms. Absent where the test is no unbroken stretch of time, so that a rate per day would mean nothing. */
  readonly time?: Float64Array;
  /** 0, 1, or `UNLABELLED`; absent where only sessions have labels. */
  readonly labels?: Uint8Array;
}

/** How well single events are told apart. Ends of sessions are no events. */
export interface EventFigures extends PrecisionRecall {
  readonly auroc: number;
  readonly auprc: number;
  /** An event that scores above it is flagged; chosen on held-out events by the rule of the sessions. */
  readonly threshold: number;
  /** Normal events flagged for each day that the test spans; `NaN` where its events have no times. */
  readonly falseAlarmsPerDay: number;
}

/** Judges each labelled event of a test by its score; a line that stands for several by its worst. */
export function eventFigures(
  scores: SequenceScores,
  set: SequenceSet,
  events: TestEvents & { readonly labels: Uint8Array },
  threshold: number,
  rule: ScoreRule,
): EventFigures {
  const ofRow = rule === 'nll' ? scores.nll : scores.rank;
  const worst = new Map<number, number>();
  for (let s = 0; s < set.count; s++) {
    const [from, to] = [set.offsets[s]!, set.offsets[s + 1]!];
    for (let at = from; at < to; at++) {
      const row = set.events?.[at] ?? -1;
      if ((events.labels[row] ?? UNLABELLED) === UNLABELLED) continue;
      const score = ofRow[scores.offsets[s]! + at - from]!;
      if (!(worst.get(row)! >= score)) worst.set(row, score);
    }
  }
  const values = Float64Array.from(worst.values());
  const labels = Uint8Array.from(worst.keys(), (row) => events.labels[row]!);
  const { precision, recall, f1, falsePositives } = decide(values, labels, threshold);
  return {
    precision,
    recall,
    f1,
    auroc: auroc(values, labels),
    auprc: auprc(values, labels),
    threshold,
    falseAlarmsPerDay: falsePositives / daysOf(set, events.time),
  };
}

/** Days from the first to the last event of a test; `NaN` where they have no times. */
export function daysOf({ events }: SequenceSet, time: Float64Array | undefined): number {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const row of time && events ? events : []) {
    const at = time![row]!;
    if (at < first) first = at;
    if (at > last) last = at;
  }
  return last > first ? (last - first) / 86_400_000 : Number.NaN;
}
