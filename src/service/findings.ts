import type { QuantityStream, RunningCount } from '../models/index.ts';
import { FLAG_SURPRISE } from '../pipeline/index.ts';
import type { Json } from '../store/index.ts';
import type { Expected, Severity } from '../types.ts';
import { END_KEY, type LiveRow, type LiveScore, severityOfSurprise } from './judge-live.ts';
import type { LiveModel } from './live-model.ts';
import type { LiveFact } from './live-windows.ts';
import { subjectsOf } from './subjects.ts';

/** One reason to flag an event. */
export interface Finding extends LiveFact {
  readonly channel: 'sequence' | 'quantity';
  readonly severity: Severity;
  /** Events that it stands for. */
  readonly events: number;
  readonly detail: Json;
}

/** Counts an event, and gives the counts that say something new and are unusual. */
export function unusualCounts(quantity: QuantityStream, { slice, row, time, key }: LiveRow): RunningCount[] {
  const repeat = slice.events.repeat[row]!;
  return (
    subjectsOf(slice.events, row)
      .map(({ kind, host, subject }) => quantity.add(kind, host, kind === 'template' ? key : subject, time, repeat))
      // An event that is one more of many already told says nothing new.
      .filter(({ surprise, judged }) => judged > 0 && surprise > FLAG_SURPRISE)
  );
}

/** What is said of a flagged event. */
export function findingsOf(
  live: LiveModel,
  row: LiveRow,
  score: LiveScore,
  expected: readonly Expected[],
  counts: readonly RunningCount[],
  textOf: (id: string) => string,
): Finding[] {
  const text = row.slice.template(row.row).text;
  const findings: Finding[] = counts.map(({ kind, subject, host, count, usual, most, surprise, judged }) => {
    const shown = kind === 'template' ? `'${text}'` : `${kind} ${subject}`;
    const minutes = (live.facts.quantity?.bucket ?? 300_000) / 60_000;
    const norm = most === 0 ? 'never seen otherwise' : `usually ${rounded(usual)}, at most ${rounded(most)}`;
    return {
      ...{ channel: 'quantity', name: `q${kind} ${host} ${subject}`, surprise, events: judged },
      severity: severityOfSurprise(surprise),
      text: `${shown} ${count} times in ${minutes} min (${norm})`,
      detail: { kind: 'quantity', subject: shown, count, usual, most, minutes },
    };
  });
  if (!score.flagged) return findings;
  return [
    {
      ...{ channel: 'sequence', name: `s${row.key}`, surprise: score.surprise, severity: score.severity, events: 1 },
      text: sequenceText(text, expected, textOf, score.unseen),
      detail: {
        ...{ kind: 'sequence', unseen: score.unseen, threshold: live.judgement.eventThreshold },
        expected: expected.map(({ template, p }) => ({ template, p })),
        whole: score.whole,
        history: score.history.map(({ key, nll, time, sequence }) => ({ key, nll, time, sequence })),
      },
    },
    ...findings,
  ];
}

// --- internal ---

function sequenceText(
  text: string,
  [best]: readonly Expected[],
  textOf: (id: string) => string,
  unseen: boolean,
): string {
  const came = `'${text}'${unseen ? ' (never seen)' : ''}`;
  if (!best) return `${came} was not expected`;
  const shown = best.template === END_KEY ? 'the end of the session' : `'${textOf(best.template)}'`;
  return `${came} where ${shown} was expected (${Math.round(best.p * 100)} %)`;
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
