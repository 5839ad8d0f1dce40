import type { RawLines, ScanResult } from '../pipeline/index.ts';
import type { Alert, HuntWindow } from '../types.ts';
import type { Io } from './io.ts';
import { alertJson, entityText, isoTime, type LineCounts, lineCounts, round, windowJson } from './results.ts';
import { count, percent, plural, table } from './text.ts';
import { writeWarnings } from './warnings.ts';
import { windowText } from './window-text.ts';

/** What a scan comes to, in figures. Shares are from 0 to 1. */
export interface ScanSummary extends LineCounts {
  readonly malformedLines: number;
  readonly sessions: number;
  readonly templates: number;
  readonly windows: number;
  readonly leads: number;
  readonly alerts: number;
  /** Share of the log's time inside windows. */
  readonly timeShare: number;
  /** Share of the log's lines inside windows. */
  readonly lineShare: number;
  /** Bytes of all lines, and of those inside windows. */
  readonly bytesIn: number;
  readonly bytesKept: number;
  readonly seconds: number;
  /** Channels with too few held-out events to place the 99.9th percentile. */
  readonly uncalibrated: readonly string[];
}

export function summarise({ logs, channels, windows, leads, alerts }: ScanResult, seconds: number): ScanSummary {
  const { events, report, sequences } = logs;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let inside = 0;
  let bytesIn = 0;
  let bytesKept = 0;
  for (let row = 0; row < events.count; row++) {
    const time = events.time[row]!;
    const bytes = events.length[row]! + 1;
    bytesIn += bytes;
    if (Number.isNaN(time)) continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
    if (!windows.some((window) => time >= window.start && time <= window.end)) continue;
    inside++;
    bytesKept += bytes;
  }
  const kept = windows.reduce((sum, { start, end }) => sum + Math.min(end, last) - Math.max(start, first), 0);
  const malformed = report.warnings.filter(({ code }) => code === 'malformed-line');
  return {
    ...lineCounts(report),
    malformedLines: malformed.reduce((sum, warning) => sum + warning.count, 0),
    sessions: sequences.count,
    templates: logs.parser.templates().length,
    windows: windows.length,
    leads: leads.length,
    alerts: alerts.length,
    timeShare: last > first ? kept / (last - first) : 0,
    lineShare: events.count === 0 ? 0 : inside / events.count,
    bytesIn,
    bytesKept,
    seconds,
    uncalibrated: channels.filter(({ calibration }) => !calibration.calibrated).map(({ name }) => name),
  };
}

/** The scan as NDJSON: windows, leads and alerts in rank order, warnings, and the summary last. */
export function writeJson(result: ScanResult, raw: RawLines, summary: ScanSummary, io: Io): void {
  const line = (value: object): void => io.out(`${JSON.stringify(value)}\n`);
  const linesOf = (id: string) => raw.get(id) ?? [];
  for (const window of result.windows) line(windowJson('window', window, linesOf(window.id)));
  for (const lead of result.leads) line(windowJson('lead', lead, linesOf(lead.id)));
  for (const alert of result.alerts) line(alertJson(alert, linesOf(alert.id)));
  for (const warning of result.logs.report.warnings) line({ type: 'warning', ...warning });
  const { timeShare, lineShare, seconds, ...counts } = summary;
  line({
    type: 'summary',
    ...counts,
    timeShare: round(timeShare),
    lineShare: round(lineShare),
    storageSaved: round(1 - summary.bytesKept / Math.max(1, summary.bytesIn)),
    seconds: round(seconds),
  });
}

const WINDOWS_SHOWN = 10;
const ALERTS_SHOWN = 10;

/** The scan for a person: windows with reasons and raw lines, the first alerts, and what it all comes to. */
export function writeText(result: ScanResult, raw: RawLines, summary: ScanSummary, io: Io): void {
  const { windows, leads, alerts, logs } = result;
  if (windows.length > 0) {
    io.out(`\n${plural(windows.length, 'window')} to hunt in, the most urgent first (times in UTC)\n\n`);
    windows.slice(0, WINDOWS_SHOWN).forEach((window, i) => {
      io.out(windowText(window, i + 1, raw, io.width));
    });
    if (windows.length > WINDOWS_SHOWN)
      io.out(`… and ${plural(windows.length - WINDOWS_SHOWN, 'weaker window')}, all with --json.\n\n`);
  } else io.out(`\nNo window to hunt in: ${whyNone(result)}\n\n`);
  if (alerts.length > 0) {
    const shown = alerts.slice(0, ALERTS_SHOWN);
    io.out(
      `${shown.length === alerts.length ? plural(alerts.length, 'alert') : `First ${shown.length} of ${count(alerts.length)} alerts`}\n\n`,
    );
    io.out(`${alertTable(shown, windows, io.width)}\n`);
  }
  const { lines, events, sessions, templates, timeShare, lineShare, seconds } = summary;
  io.out(
    `${plural(lines, 'line')}: ${plural(events, 'event')} in ${plural(sessions, 'session')}, ${plural(templates, 'template')}. ` +
      `The windows hold ${percent(lineShare)} of the lines and ${percent(timeShare)} of the time; keeping only them saves ${percent(1 - summary.bytesKept / Math.max(1, summary.bytesIn))} of the storage. ` +
      `${plural(leads.length, 'lead')} unconfirmed. ${seconds.toFixed(1)} s.\n`,
  );
  for (const channel of summary.uncalibrated) {
    io.out(`uncalibrated: the ${channel} channel had fewer than 1,000 held-out events; its severities are a guess.\n`);
  }
  writeWarnings(logs.report.warnings, io);
}

// --- internal ---

function alertTable(alerts: readonly Alert[], windows: readonly HuntWindow[], width: number): string {
  const rank = new Map(windows.map((window, i) => [window.id, String(i + 1)]));
  return table(
    alerts,
    [
      { title: 'priority', cell: ({ priority }) => priority.rank },
      { title: 'severity', cell: (alert) => `${alert.severity}${alert.calibrated ? '' : '?'}` },
      { title: 'time', cell: (alert) => isoTime(alert.time)?.slice(0, 19).replace('T', ' ') ?? 'no time' },
      { title: 'window', cell: (alert) => (alert.windowId ? (rank.get(alert.windowId) ?? '') : ''), align: 'right' },
      { title: 'events', cell: (alert) => count(alert.count), align: 'right' },
      { title: 'about', cell: ({ entity }) => (entity ? entityText(entity) : '') },
      { title: 'why', cell: ({ detector, reason }) => `${detector}: ${reason}` },
    ],
    width,
  );
}

function whyNone({ logs, leads, alerts }: ScanResult): string {
  if (logs.events.time.every(Number.isNaN)) {
    return `no line has a time that was understood. See caracal doctor for what to change${alerts.length > 0 ? '; the alerts below need no time' : ''}.`;
  }
  return leads.length > 0
    ? `nothing was confirmed by a second channel. ${plural(leads.length, 'lead')} in --json.`
    : 'nothing in these logs stands out from the rest of them.';
}
