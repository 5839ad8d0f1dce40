import type { JudgedEvent } from '../pipeline/index.ts';
import { eventJson, isEnd, placeOf, textOf } from './detect-report.ts';
import type { Io } from './io.ts';
import type { FeedbackReceipt } from './model-feedback.ts';
import { type Column, count, neutral, plural, table } from './text.ts';

/** What an update does, as lines of `--json`: each finding that changes, then the summary. */
export function feedbackJson(receipt: FeedbackReceipt, out: string, written: boolean): object[] {
  const { input, before, after, silenced, remaining, arisen, lostSessions } = receipt;
  const lines = (type: string, events: readonly JudgedEvent[], found: typeof before): object[] =>
    events.map((event) => ({
      ...eventJson(event, found, input),
      ...{ type, marked: isMarked(event, receipt), confirmed: isConfirmed(event, receipt) },
    }));
  return [
    ...lines('silenced', silenced, before),
    ...lines('remaining', remaining, before),
    ...lines('arisen', arisen, after),
    {
      type: 'summary',
      out,
      written,
      marked: markedCount(receipt),
      silenced: silenced.length,
      silencedUnmarked: unmarked(receipt).length,
      silencedConfirmed: confirmedLost(receipt).length,
      remaining: remaining.length,
      arisen: arisen.length,
      lostSessions: lostSessions.map((session) => input.set.ids[session] ?? ''),
      before: figures(before),
      after: figures(after),
      updates: receipt.updates,
    },
  ];
}

/** The same for people. */
export function feedbackText(receipt: FeedbackReceipt, out: string, written: boolean, io: Io): string {
  const { input, before, after, remaining, arisen, lostSessions, silenced } = receipt;
  const also = unmarked(receipt);
  const [was, is] = [figures(before), figures(after)];
  const lost = confirmedLost(receipt).length;
  const labelled = input.set.labels
    ? ` Of sessions labelled anomalous it no longer flags ${count(lostSessions.length)}${
        lostSessions.length > 0
          ? `: ${neutral(
              lostSessions
                .slice(0, SHOWN)
                .map((s) => input.set.ids[s])
                .join(', '),
            )}`
          : ''
      }.`
    : '';
  return [
    findings('Not marked, and not flagged any more', also, receipt, io),
    findings('Marked, and still flagged', remaining, receipt, io),
    findings('Newly flagged', arisen, receipt, io),
    `${plural(markedCount(receipt), 'finding')} marked as normal. The updated model no longer flags ${count(silenced.length - also.length)} of them, nor ${count(also.length)} not marked, ${count(lost)} of these confirmed.${labelled}\n`,
    `In this input it flags ${plural(is.events, 'event')} in place of ${count(was.events)}, and ${plural(is.sessions, 'session')} in place of ${count(was.sessions)}.\n`,
    arisen.length > 0
      ? 'What is newly flagged became less usual as the marked became more so: thresholds stay as they were. Mark it too, or train anew.\n'
      : '',
    remaining.some(({ flags }) => !flags.includes('value'))
      ? 'What is marked and still flagged is further from the training than one update goes. Train anew with it.\n'
      : '',
    remaining.some(({ flags }) => flags.includes('value'))
      ? 'Values that events carry are not changed by feedback: what is flagged for them stays so.\n'
      : '',
    written
      ? `${neutral(out)}: written, after ${plural(receipt.updates, 'update')}.\n`
      : `Nothing was written. With --yes the model goes to ${neutral(out)}.\n`,
  ].join('');
}

// --- internal ---

/** Rows of a table, and names in a sentence, at most. */
const SHOWN = 20;

function figures({ events, flagged }: FeedbackReceipt['before']): {
  readonly events: number;
  readonly sessions: number;
} {
  return {
    events: events.filter(({ flags }) => flags.length > 0).length,
    sessions: flagged.reduce((sum, flag) => sum + flag, 0),
  };
}

function markedCount({ marks }: FeedbackReceipt): number {
  return marks.normal.size + marks.normalSessions.length;
}

function isMarked(event: JudgedEvent, { marks }: FeedbackReceipt): boolean {
  return marks.normal.has(event);
}

/** Confirmed by a verdict, or in a session that is labelled anomalous. */
function isConfirmed(event: JudgedEvent, { marks, input }: FeedbackReceipt): boolean {
  return marks.confirmed.has(event) || input.set.labels?.[event.sequence] === 1;
}

function unmarked(receipt: FeedbackReceipt): JudgedEvent[] {
  return receipt.silenced.filter((event) => !isMarked(event, receipt));
}

function confirmedLost(receipt: FeedbackReceipt): JudgedEvent[] {
  return unmarked(receipt).filter((event) => isConfirmed(event, receipt));
}

function findings(title: string, events: readonly JudgedEvent[], receipt: FeedbackReceipt, io: Io): string {
  if (events.length === 0) return '';
  const { input } = receipt;
  const shown = [...events].sort((a, b) => b.nll - a.nll).slice(0, SHOWN);
  const columns = [
    { title: input.logs ? 'line' : 'position', cell: (event) => placeOf(event, input), align: 'right' },
    { title: 'session', cell: ({ sequence }) => input.set.ids[sequence] ?? '' },
    { title: 'NLL', cell: ({ nll }) => nll.toFixed(2), align: 'right' },
    { title: 'came', cell: (event) => (isEnd(event, input) ? 'end of the session' : textOf(event.template, input)) },
    { title: '', cell: (event) => (isConfirmed(event, receipt) ? 'confirmed' : '') },
  ] satisfies Column<JudgedEvent>[];
  const some = shown.length < events.length ? ` (${SHOWN} of ${count(events.length)}, all with --json)` : '';
  return `${title}${some}\n\n${table(shown, columns, io.width)}\n`;
}
