import { basename } from 'node:path';
import type { Ingested, Judged, JudgedEvent, TemplateMapping } from '../pipeline/index.ts';
import type { SequenceSet } from '../types.ts';
import type { Io } from './io.ts';
import { isoTime, round } from './results.ts';
import { type Column, count, table } from './text.ts';
import { valuesJson } from './value-verdict.ts';
import type { InputWarning } from './warnings.ts';

/** Where an event stands. */
export type Place = Pick<JudgedEvent, 'sequence' | 'position'>;

/** What `detect` judges. */
export interface DetectInput {
  readonly file: string;
  readonly set: SequenceSet;
  readonly warnings: readonly InputWarning[];
  /** Absent for a sequence CSV. */
  readonly logs?: Ingested;
  /** What became of the templates of the logs, where they are mapped. */
  readonly templates?: readonly TemplateMapping[];
}

/** Whether it is the end of a session. */
export function isEnd({ sequence, position }: Place, { set }: DetectInput): boolean {
  return position >= set.offsets[sequence + 1]! - set.offsets[sequence]!;
}

/** A number for each event of the input: the repetitions of a line are one event. */
export function placeIn(event: Place, input: DetectInput): number {
  return input.set.events ? rowOf(event, input) : input.set.offsets[event.sequence]! + event.position;
}

/** One `event` line of `--json`, with the verdict of each part of the model. */
export function eventJson(event: JudgedEvent, found: Judged, input: DetectInput): object {
  const row = rowOf(event, input);
  const events = input.logs?.events;
  return {
    type: 'event',
    source: events && input.logs ? (input.logs.sources[events.source[row]!]?.name ?? '') : input.file,
    ...(events
      ? {
          line: events.line[row],
          offset: events.offset[row],
          length: events.length[row],
          time: isoTime(events.time[row]!),
        }
      : { position: event.position + 1 }),
    session: input.set.ids[event.sequence],
    channel: 'sequence',
    template: event.template,
    nll: round(event.nll),
    rank: event.rank,
    topK: event.expected.map(({ template, p }) => ({ template, p: round(p) })),
    flags: event.flags,
    severity: event.severity,
    score: round(event.nll),
    verdict: {
      key: { flagged: event.flags.some((flag) => flag !== 'value'), nll: round(event.nll), rank: event.rank },
      parameters: valuesJson(event, found, input.set.values !== undefined),
      workflow: workflowJson(event, found, input),
    },
  };
}

/** `auth.log:12`, without the file where there is but one; the position in a sequence CSV. */
export function placeOf(event: Place, input: DetectInput): string {
  const { logs } = input;
  if (!logs) return count(event.position + 1);
  const row = rowOf(event, input);
  const line = count(logs.events.line[row] ?? 0);
  const source = logs.sources[logs.events.source[row] ?? 0];
  return logs.sources.length > 1 && source ? `${basename(source.name)}:${line}` : line;
}

/** Where flagged sessions left the workflow, and what was expected there. */
export function departureTable({ departures }: Judged, input: DetectInput, io: Io): string {
  const left = [...(departures ?? [])].flatMap(([sequence, departure]) =>
    departure === null ? [] : [{ ...departure, place: { sequence, position: departure.position } }],
  );
  if (left.length === 0) return '';
  const shown = left.slice(0, SHOWN);
  const head =
    shown.length < left.length
      ? `The first ${SHOWN} of ${count(left.length)} sessions with findings that left the workflow (all with --json)`
      : 'Where sessions with findings left the workflow';
  const columns = [
    { title: input.logs ? 'line' : 'position', cell: ({ place }) => placeOf(place, input), align: 'right' },
    { title: 'session', cell: ({ place }) => input.set.ids[place.sequence] ?? '' },
    { title: 'came', cell: ({ key }) => textOf(key, input) },
    { title: 'expected there', cell: ({ expected }) => expected.map((key) => textOf(key, input)).join(' or ') },
  ] satisfies Column<(typeof shown)[number]>[];
  return `${head}\n\n${table(shown, columns, io.width)}\n`;
}

/** Template of a key, for a person. */
export function textOf(id: string, { logs }: DetectInput): string {
  return id === '$' ? 'end of the session' : (logs?.templateText(id) ?? id);
}

/** The flagged events whose key was not expected, the most surprising first. */
export function eventTable(flagged: readonly JudgedEvent[], input: DetectInput, io: Io): string {
  const text = (id: string): string => textOf(id, input);
  const byKey = flagged.filter(({ flags: why }) => why.some((flag) => flag !== 'value'));
  const shown = byKey.sort((a, b) => b.nll - a.nll).slice(0, SHOWN);
  if (shown.length === 0) return '';
  const { logs } = input;
  const head =
    shown.length < byKey.length
      ? `The ${SHOWN} most surprising of ${count(byKey.length)} flagged events (all with --json)\n\n`
      : '';
  const body = table(
    shown,
    [
      { title: 'severity', cell: ({ severity }) => severity },
      {
        title: logs ? 'line' : 'position',
        cell: (event) => placeOf(event, input),
        align: 'right',
      },
      { title: 'session', cell: ({ sequence }) => input.set.ids[sequence] ?? '' },
      { title: 'NLL', cell: ({ nll }) => nll.toFixed(2), align: 'right' },
      {
        title: 'came',
        cell: ({ template, flags: why }) => `${why.includes('unseen') ? 'never seen: ' : ''}${text(template)}`,
      },
      {
        title: 'expected',
        cell: ({ expected }) =>
          expected[0] ? `${text(expected[0].template)} (${Math.round(expected[0].p * 100)} %)` : '',
      },
    ],
    io.width,
  );
  return `${head}${body}\n`;
}

// --- internal ---

/** Rows of a table at most. */
const SHOWN = 50;

/** Row of a judged event in the event table; the end of a session belongs to its last event. */
function rowOf({ sequence, position }: Place, { set }: DetectInput): number {
  const at = Math.min(set.offsets[sequence]! + position, set.offsets[sequence + 1]! - 1);
  return set.events?.[at] ?? -1;
}

/** What the workflow says of the session of an event, as far as the event; `null` where nothing was asked of it. */
function workflowJson({ sequence, position }: JudgedEvent, { departures }: Judged, input: DetectInput): object | null {
  const { logs } = input;
  const departure = departures?.get(sequence);
  if (departure === undefined) return null;
  if (departure === null || departure.position > position) return { left: false };
  return {
    left: true,
    position: departure.position + 1,
    ...(logs ? { line: logs.events.line[rowOf({ sequence, position: departure.position }, input)] } : {}),
    template: departure.key,
    expected: departure.expected,
  };
}
