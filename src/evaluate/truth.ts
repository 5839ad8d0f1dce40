import { CaracalError } from '../errors.ts';
import { selectSequences } from '../sequence/index.ts';
import type { EventColumns, SequenceSet } from '../types.ts';
import type { Label, LabelledLine, Labels } from './labels.ts';

/** An event or session that the ground truth says nothing of. */
export const UNLABELLED = 255;

/**
 * What is known of the events or sessions of an input. Where the labels name anything
 * normal, what they do not name is unknown (`UNLABELLED`); where they name anomalies alone,
 * the rest is normal.
 */
export type Truth =
  | { readonly unit: 'session'; of(session: string): number }
  | {
      readonly unit: 'event';
      /** 0, 1 or `UNLABELLED` by row of the event table. */
      readonly events: Uint8Array;
    };

/** How well labels and input fit each other. */
export interface TruthFit {
  readonly truth: Truth;
  /** Labels that fit something. */
  readonly matched: number;
  readonly unmatched: number;
  /** One of the labels that fit nothing. */
  readonly example: string;
}

/** What of an input labels are held against. */
export interface LabelledInput {
  readonly set: SequenceSet;
  /** Absent for a sequence CSV. */
  readonly events?: EventColumns;
  /** Names of the sources of the events. */
  readonly sources: readonly string[];
}

/**
 * Holds labels against an input.
 *
 * @throws CaracalError `E_USAGE` for labels of lines or times where there are only
 *   sequences, and for lines without a source where there are several files
 */
export function truthOf(labels: Labels, input: LabelledInput): TruthFit {
  if (labels.unit === 'session') return truthOfSessions(labels.sessions, input.set);
  const { events, sources } = input;
  if (!events) {
    throw new CaracalError(
      'E_USAGE',
      `${labels.file} labels single ${labels.unit === 'line' ? 'lines' : 'times'}, and a sequence CSV has neither. Label its sequences by id.`,
      { file: labels.file },
    );
  }
  if (labels.unit === 'line') return truthOfLines(labels.lines, events, sources, labels.file);
  const rows = new Uint8Array(events.count).fill(restOf(labels.spans.map(({ label }) => label)));
  const missing: string[] = [];
  for (const { start, end, label } of labels.spans) {
    let found = false;
    for (let row = 0; row < events.count; row++) {
      if (!(events.time[row]! >= start && events.time[row]! <= end)) continue;
      found = true;
      mark(rows, row, label);
    }
    if (!found) missing.push(`${label.name} from ${new Date(start).toISOString()}`);
  }
  return fitOf({ unit: 'event', events: rows }, labels.spans.length, missing);
}

/** The truth of events as it stands in a column of their own table; `undefined` for an empty cell. */
export function truthOfEvents(labels: readonly (Label | undefined)[]): Truth {
  const rest = restOf(labels.flatMap((label) => label ?? []));
  return { unit: 'event', events: Uint8Array.from(labels, (label) => (label ? Number(label.anomalous) : rest)) };
}

/**
 * The sequences that have a label, with it: their own, or 1 where any of their events is
 * anomalous.
 */
export function labelSequences(
  set: SequenceSet,
  truth: Truth,
): { readonly set: SequenceSet; readonly unlabelled: number } {
  const labels = Array.from({ length: set.count }, (_, s) => labelOfSequence(set, s, truth));
  const known = labels.flatMap((label, s) => (label === UNLABELLED ? [] : [s]));
  const chosen = selectSequences(set, known);
  return {
    set: { ...chosen, labels: Uint8Array.from(known, (s) => labels[s]!) },
    unlabelled: set.count - known.length,
  };
}

// --- internal ---

function labelOfSequence(set: SequenceSet, s: number, truth: Truth): number {
  if (truth.unit === 'session') return truth.of(set.ids[s]!);
  let label = UNLABELLED;
  for (let at = set.offsets[s]!; at < set.offsets[s + 1]!; at++) {
    const own = truth.events[set.events?.[at] ?? -1];
    if (own === 1) return 1;
    if (own === 0) label = 0;
  }
  return label;
}

function truthOfSessions(sessions: ReadonlyMap<string, Label>, set: SequenceSet): TruthFit {
  const rest = restOf([...sessions.values()]);
  const there = new Set(set.ids);
  const of = (session: string): number => {
    const label = sessions.get(session);
    return label ? Number(label.anomalous) : rest;
  };
  const missing = [...sessions.keys()].filter((id) => !there.has(id));
  return fitOf({ unit: 'session', of }, sessions.size, missing);
}

function truthOfLines(
  lines: readonly LabelledLine[],
  events: EventColumns,
  sources: readonly string[],
  file: string,
): TruthFit {
  if (sources.length > 1 && lines.some(({ source }) => source === '')) {
    throw new CaracalError(
      'E_USAGE',
      `${file} labels lines without naming their file, and there are ${sources.length} files. Add a column 'source'.`,
      { file },
    );
  }
  const rows = new Uint8Array(events.count).fill(restOf(lines.map(({ label }) => label)));
  const rowOf = new Map<string, number>();
  for (let row = 0; row < events.count; row++) rowOf.set(`${events.source[row]} ${events.line[row]}`, row);
  const numbers = new Map<string, number[]>();
  const missing: string[] = [];
  for (const { source, line, label } of lines) {
    let matching = numbers.get(source);
    if (!matching) {
      matching = sources.flatMap((name, number) => (isNamed(name, source) ? [number] : []));
      numbers.set(source, matching);
    }
    const found = matching.flatMap((number) => rowOf.get(`${number} ${line}`) ?? []);
    for (const row of found) mark(rows, row, label);
    if (found.length === 0) missing.push(`line ${line}${source === '' ? '' : ` of ${source}`}`);
  }
  return fitOf({ unit: 'event', events: rows }, lines.length, missing);
}

/** Whether a label's source is the file of that path: the path itself or its end, packed or not. */
function isNamed(path: string, source: string): boolean {
  if (source === '') return true;
  const name = source.replace(/^\.\//, '');
  return [path, path.replace(/\.(gz|zst)$/i, '')].some((known) => known === name || known.endsWith(`/${name}`));
}

/** An anomaly is not undone by a label that says normal. */
function mark(rows: Uint8Array, row: number, label: Label): void {
  if (label.anomalous || rows[row] !== 1) rows[row] = Number(label.anomalous);
}

function restOf(labels: readonly Label[]): number {
  return labels.some(({ anomalous }) => !anomalous) ? UNLABELLED : 0;
}

function fitOf(truth: Truth, all: number, missing: readonly string[]): TruthFit {
  return { truth, matched: all - missing.length, unmatched: missing.length, example: missing[0] ?? '' };
}
