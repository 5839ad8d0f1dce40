import type { Phase, Sweep } from '../hunt/index.ts';
import type { HuntNotes, HuntResult, RawLines } from '../pipeline/index.ts';
import type { HuntWindow } from '../types.ts';
import type { HuntSummary } from './hunt-summary.ts';
import type { Io } from './io.ts';
import { isoTime, round, windowJson } from './results.ts';
import { roundedJson } from './rounded-json.ts';
import { clock, count, duration, neutral, percent, plural, table } from './text.ts';
import type { InputWarning } from './warnings.ts';
import { writeJsonWarnings, writeWarnings } from './warnings.ts';
import { windowText } from './window-text.ts';

/** What a hunt found, ready to be told. Windows and leads are in rank order. */
export interface HuntReport {
  readonly result: HuntResult;
  readonly windows: readonly HuntWindow[];
  readonly leads: readonly HuntWindow[];
  readonly notes: HuntNotes;
  readonly raw: RawLines;
  readonly summary: HuntSummary;
  readonly phases: readonly Phase[];
  readonly warnings: readonly InputWarning[];
  readonly sweep?: Sweep;
}

const WINDOWS_SHOWN = 10;

/** The hunt as NDJSON: windows and leads in rank order, points of a sweep, warnings, and the summary last. */
export function huntJson({ result, windows, leads, notes, raw, summary, warnings, sweep }: HuntReport, io: Io): void {
  const line = (value: object): void => io.out(`${JSON.stringify(value)}\n`);
  for (const window of windows) line(windowJson('window', window, raw.get(window.id) ?? []));
  for (const lead of leads) line(windowJson('lead', lead, raw.get(lead.id) ?? []));
  for (const point of sweep?.points ?? []) {
    const { value, phases: _phases, ...measures } = point;
    line({ type: 'metrics', parameter: sweep?.parameter, value, ...roundedJson(measures) });
  }
  writeJsonWarnings(warnings, io);
  line({
    type: 'summary',
    ...roundedJson({
      ...summary,
      ...(summary.phases
        ? { phases: Object.fromEntries(summary.phases.map(({ name, ...phase }) => [name, phase])) }
        : {}),
    }),
    storageSaved: round(1 - summary.bytesKept / Math.max(1, summary.bytesIn)),
    ...(result.mode === 'realtime'
      ? { reachSeconds: round(result.reach / 1000), emissions: result.emissions.map(emissionJson) }
      : {}),
    channels: [...new Set(result.streams.map(({ channel }) => channel))],
    silences: notes.silences.map(({ channel, start, end }) => ({ channel, start: isoTime(start), end: isoTime(end) })),
    clockOffsets: notes.clockOffsets.map(({ first, second, offset }) => ({ first, second, seconds: offset / 1000 })),
    ...(sweep
      ? { sweep: { parameter: sweep.parameter, smallestFull: sweep.smallestFull, area: round(sweep.area) } }
      : {}),
  });
}

/** The hunt for a person. */
export function huntText(report: HuntReport, io: Io): void {
  const { windows, leads, raw, summary, warnings, sweep } = report;
  if (windows.length === 0) {
    io.out(`\nNo window to hunt in: nothing happened that normal time does not show once a day. `);
    io.out(leads.length > 0 ? `${plural(leads.length, 'lead')} in --json.\n\n` : '\n\n');
  } else {
    const of = summary.mode === 'forensics' ? ` of ${plural(summary.incidents, 'incident')}` : '';
    io.out(`\n${plural(windows.length, 'window')} to hunt in${of}, the most urgent first (times in UTC)\n\n`);
    windows.slice(0, WINDOWS_SHOWN).forEach((window, i) => {
      io.out(windowText(window, i + 1, raw, io.width));
    });
    if (windows.length > WINDOWS_SHOWN) {
      io.out(
        `… and ${plural(windows.length - WINDOWS_SHOWN, 'weaker window')}: all with --json, or in files with --out DIR.\n\n`,
      );
    }
  }
  io.out(summaryText(summary));
  if (summary.phases && summary.phases.length > 0) io.out(`\n${phaseTable(summary, report.phases, io)}`);
  if (sweep) io.out(`\n${sweepTable(sweep, io)}`);
  writeWarnings(warnings, io);
}

// --- internal ---

function emissionJson({ kind, at, window, start, end, channels }: HuntResult['emissions'][number]): object {
  return { kind, at: isoTime(at), window, start: isoTime(start), end: isoTime(end), channels };
}

function summaryText(summary: HuntSummary): string {
  const { judgedEvents, keptEvents, retention, timeRetention, readingMinutes, bytesIn, bytesKept } = summary;
  const saved = 1 - bytesKept / Math.max(1, bytesIn);
  return (
    `${plural(judgedEvents, 'event')} judged; the windows hold ${count(keptEvents)} of them (${percent(retention)}) in ${percent(timeRetention)} of the time, ` +
    `about ${duration(readingMinutes * 60_000)} of reading; keeping only them saves ${percent(saved)} of the storage. ` +
    `${plural(summary.leads, 'lead')} unconfirmed. ${summary.seconds.toFixed(1)} s.\n`
  );
}

function phaseTable(summary: HuntSummary, phases: readonly Phase[], io: Io): string {
  const { phaseCoverage = Number.NaN, visiblePhaseCoverage = Number.NaN, benignRetention = Number.NaN } = summary;
  const when = new Map(phases.map((phase) => [phase.name, phase]));
  const rows = [...(summary.phases ?? [])].sort(
    (a, b) => (when.get(a.name)?.start ?? 0) - (when.get(b.name)?.start ?? 0),
  );
  const share = (value: number): string => (Number.isNaN(value) ? 'unknown' : percent(value));
  const body = table(
    rows,
    [
      { title: 'phase', cell: ({ name }) => neutral(name) },
      { title: 'from', cell: ({ name }) => clock(when.get(name)?.start ?? Number.NaN) },
      { title: 'to', cell: ({ name }) => clock(when.get(name)?.end ?? Number.NaN) },
      { title: 'visible', cell: ({ visible }) => (visible === null ? '?' : visible ? 'yes' : 'no') },
      { title: 'covered', cell: ({ covered }) => (covered ? 'yes' : 'no') },
    ],
    io.width,
  );
  return `${body}\nCovered: ${share(phaseCoverage)} of the phases, ${share(visiblePhaseCoverage)} of those that are visible. Kept: ${share(benignRetention)} of the benign events.\n`;
}

function sweepTable({ parameter, points, smallestFull, area }: Sweep, io: Io): string {
  const share = (value: number): string => (Number.isNaN(value) ? '' : percent(value));
  const body = table(
    points,
    [
      { title: parameter, cell: ({ value }) => String(value), align: 'right' },
      { title: 'phases', cell: ({ phaseCoverage }) => share(phaseCoverage), align: 'right' },
      { title: 'visible', cell: ({ visiblePhaseCoverage }) => share(visiblePhaseCoverage), align: 'right' },
      { title: 'events kept', cell: ({ retention }) => share(retention), align: 'right' },
      { title: 'benign kept', cell: ({ benignRetention }) => share(benignRetention), align: 'right' },
      { title: 'time kept', cell: ({ timeRetention }) => share(timeRetention), align: 'right' },
      { title: 'windows', cell: ({ windows }) => count(windows), align: 'right' },
    ],
    io.width,
  );
  const smallest =
    smallestFull === null
      ? `No ${parameter} covers every phase`
      : `The smallest ${parameter} that covers every phase is ${smallestFull}`;
  return `${body}\n${smallest}; area under coverage against retention ${area.toFixed(3)}.\n`;
}
