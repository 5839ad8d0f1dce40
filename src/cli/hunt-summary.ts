import {
  type Coverage,
  type JudgedEvents,
  LINES_PER_MINUTE,
  measureCoverage,
  measureRetention,
  type Phase,
  type Retention,
  united,
} from '../hunt/index.ts';
import { attackEventsLearned, type HuntResult, judgedEvents } from '../pipeline/index.ts';
import { type LineCounts, lineCounts } from './results.ts';

/** What a hunt comes to, in figures. Shares are from 0 to 1, NaN where the truth is not known. */
export interface HuntSummary extends LineCounts, Retention, Partial<Coverage> {
  readonly mode: 'forensics' | 'realtime';
  readonly incidents: number;
  readonly leads: number;
  /** Events that were hunted in. */
  readonly judgedEvents: number;
  readonly readingMinutes: number;
  /** Bytes of the judged events, and of those in windows. */
  readonly bytesIn: number;
  readonly bytesKept: number;
  readonly seconds: number;
  /** Attack events in the part that was learned. */
  readonly attackEventsLearned: number;
}

/** What the truth is held against. */
export interface HuntTruth {
  readonly phases?: readonly Phase[] | undefined;
  readonly normalLabel: string;
}

/** Sums up a hunt. */
export function summariseHunt(
  result: HuntResult,
  { phases, normalLabel }: HuntTruth,
  seconds: number,
): { readonly summary: HuntSummary; readonly events: JudgedEvents } {
  const { table, windows, incidents, leads } = result;
  const events = judgedEvents(result, normalLabel);
  const retention = measureRetention(windows, events);
  const known = phases !== undefined || events.attack !== undefined;
  const summary: HuntSummary = {
    ...lineCounts(table.logs.report),
    ...retention,
    ...(known ? measureCoverage(windows, events, phases ?? []) : {}),
    mode: result.mode,
    incidents,
    leads: leads.length,
    judgedEvents: events.time.length,
    readingMinutes: retention.keptEvents / LINES_PER_MINUTE,
    ...storage(result),
    attackEventsLearned: attackEventsLearned(result, normalLabel),
    seconds,
  };
  return { summary, events };
}

// --- internal ---

function storage({ table: { events }, periods, windows }: HuntResult) {
  const spans = united(windows);
  let bytesIn = 0;
  let bytesKept = 0;
  let at = 0;
  for (let row = 0; row < events.count; row++) {
    if (!periods.isJudged(row)) continue;
    const bytes = events.length[row]! + 1;
    const time = events.time[row]!;
    bytesIn += bytes;
    while (at + 1 < spans.length && spans[at]!.end < time) at++;
    const span = spans[at];
    if (span && time >= span.start && time <= span.end) bytesKept += bytes;
  }
  return { bytesIn, bytesKept };
}
