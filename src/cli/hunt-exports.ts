import type { Content } from '../files/index.ts';
import { type HuntResult, windowEvents } from '../pipeline/index.ts';
import {
  caseSummary,
  ecsAlert,
  eventNdjson,
  huntPage,
  TIMESKETCH_HEADER,
  timesketchCsv,
  timesketchJsonl,
  type WindowEvent,
} from '../report/index.ts';
import type { HuntReport } from './hunt-report.ts';
import { windowJson } from './results.ts';
import { count, duration, percent } from './text.ts';

const FILES = [
  'windows.ndjson',
  'events.ndjson',
  'timesketch.csv',
  'timesketch.jsonl',
  'ecs.ndjson',
  'summary.md',
  'index.html',
];
const RAW = 'raw';

/** Whether a directory holds an export of a hunt and nothing else, so that it may be replaced. */
export function isHuntExport(names: readonly string[]): boolean {
  return names.includes('windows.ndjson') && names.every((name) => FILES.includes(name) || name === RAW);
}

/** The files of an export: windows and their events for people and for other tools. */
export async function huntContent(report: HuntReport, input: readonly string[]): Promise<Content> {
  const { result, windows, raw, summary } = report;
  const events = await windowEvents(result, windows);
  const inRankOrder = windows.map((window) => ({ window, inside: events.get(window.id) ?? [] }));
  const all = (line: (event: WindowEvent) => string) => () =>
    lines(
      inRankOrder.flatMap(({ inside }) => inside),
      line,
    );
  const highest = Math.max(0, ...windows.map(({ score }) => score));
  const examples = (id: string): string[] =>
    (raw.get(id) ?? []).flatMap((range) => range.examples).map(({ line, text }) => `${line}: ${text}`);
  return new Map<string, string | Iterable<string>>([
    [
      'windows.ndjson',
      windows.map((window) => `${JSON.stringify(windowJson('window', window, raw.get(window.id) ?? []))}\n`),
    ],
    ['events.ndjson', all(eventNdjson)()],
    ['timesketch.csv', withHeader(TIMESKETCH_HEADER, all(timesketchCsv)())],
    ['timesketch.jsonl', all(timesketchJsonl)()],
    ['ecs.ndjson', windows.map((window) => ecsAlert(window, highest))],
    ['summary.md', caseSummary(windows, { ...summary, input, period: result.periods.judged }, examples)],
    ['index.html', page(report, input)],
    ...inRankOrder.map(({ window, inside }, i) => [rawName(i, window.id), lines(inside, rawLine)] as const),
  ]);
}

// --- internal ---

/** Slices of the time line. */
const SLICES = 400;

function* lines(events: readonly WindowEvent[], line: (event: WindowEvent) => string): Generator<string> {
  for (let from = 0; from < events.length; from += 1000)
    yield events
      .slice(from, from + 1000)
      .map(line)
      .join('');
}

function* withHeader(header: string, rest: Iterable<string>): Generator<string> {
  yield header;
  yield* rest;
}

const rawLine = ({ message }: WindowEvent): string => `${message}\n`;

const rawName = (rank: number, id: string): string => `${RAW}/${String(rank + 1).padStart(2, '0')}-${id}.log`;

function page({ result, windows, phases, summary, sweep }: HuntReport, input: readonly string[]): string {
  const {
    judgedEvents,
    retention,
    timeRetention,
    readingMinutes,
    bytesIn,
    bytesKept,
    incidents,
    visiblePhaseCoverage,
  } = summary;
  return huntPage({
    title: input.join(', '),
    period: result.periods.judged,
    windows,
    phases,
    channels: densities(result),
    figures: [
      ['windows', count(windows.length)],
      ['incidents', count(incidents)],
      ['events judged', count(judgedEvents)],
      ['events kept', percent(retention)],
      ['time kept', percent(timeRetention)],
      ['reading', duration(readingMinutes * 60_000)],
      ['storage saved', percent(1 - bytesKept / Math.max(1, bytesIn))],
      ...(visiblePhaseCoverage !== undefined && !Number.isNaN(visiblePhaseCoverage)
        ? [['visible phases', percent(visiblePhaseCoverage)] as const]
        : []),
    ],
    ...(sweep ? { sweep } : {}),
  });
}

/** Events and flagged events of each channel per slice of the judged period. */
function densities({ table, periods, streams }: HuntResult) {
  const { events, channels } = table;
  const [first, last] = periods.judged;
  const slice = (time: number): number =>
    Math.min(SLICES - 1, Math.floor(((time - first) / Math.max(1, last - first)) * SLICES));
  const names = [...new Set(streams.map(({ channel }) => channel))];
  const rows = new Map(
    names.map((name) => [
      name,
      { events: new Array<number>(SLICES).fill(0), flagged: new Array<number>(SLICES).fill(0) },
    ]),
  );
  for (let row = 0; row < events.count; row++) {
    if (!periods.isJudged(row)) continue;
    const own = channels ? [channels.values.value(channels.ids[row]!)] : names;
    for (const name of own) add(rows.get(name)?.events, slice(events.time[row]!));
  }
  for (const { channel, flags } of streams) {
    for (const { time } of flags) add(rows.get(channel)?.flagged, slice(time));
  }
  return [...rows].map(([name, counts]) => ({ name, ...counts }));
}

function add(counts: number[] | undefined, slice: number): void {
  if (counts) counts[slice] = (counts[slice] ?? 0) + 1;
}
