import type { HuntWindow } from '../types.ts';

/** One event inside a window, for the tools that analysts work in. Time is epoch ms. */
export interface WindowEvent {
  readonly window: string;
  readonly incident: number;
  readonly time: number;
  readonly source: string;
  readonly line: number;
  /** First byte of the line in the decompressed stream. */
  readonly offset: number;
  readonly length: number;
  readonly host: string;
  readonly channel: string;
  readonly key: string;
  /** Whether it is one of the events that made the window. */
  readonly flagged: boolean;
  /** The raw line. */
  readonly message: string;
}

/** One line of NDJSON per event. */
export function eventNdjson(event: WindowEvent): string {
  return `${JSON.stringify({ ...event, time: iso(event.time) })}\n`;
}

/** Column names of a Timesketch CSV, the three that it demands first. */
export const TIMESKETCH_HEADER =
  'message,datetime,timestamp_desc,timestamp,source_short,hostname,tag,window,incident,key,source_line\n';

/** One row of a Timesketch CSV. */
export function timesketchCsv(event: WindowEvent): string {
  return `${Object.values(timesketch(event)).map(csvCell).join(',')}\n`;
}

/** One line of Timesketch JSONL. */
export function timesketchJsonl(event: WindowEvent): string {
  return `${JSON.stringify(timesketch(event))}\n`;
}

/** A window as an alert of the Elastic Common Schema (8.x), one line of NDJSON. */
export function ecsAlert(window: HuntWindow, highest: number): string {
  const values = (kind: string): string[] =>
    window.entities.filter((entity) => entity.kind === kind).map(({ value }) => value);
  const related = { hosts: values('host'), ip: values('address'), user: values('user') };
  const known = Object.entries(related).filter(([, list]) => list.length > 0);
  return `${JSON.stringify({
    '@timestamp': iso(window.start),
    ecs: { version: '8.11.0' },
    event: {
      kind: 'alert',
      category: ['intrusion_detection'],
      type: ['indicator'],
      module: 'caracal',
      dataset: 'caracal.window',
      id: window.id,
      start: iso(window.start),
      end: iso(window.end),
      duration: Math.round((window.end - window.start) * 1e6),
      risk_score: highest > 0 ? Math.round((100 * window.score) / highest) : 0,
      reason: window.reason,
    },
    message: window.reason,
    rule: { name: `hunt window, ${window.channels.join(' and ')}` },
    ...(known.length > 0 ? { related: Object.fromEntries(known) } : {}),
    labels: { incident: String(window.incident) },
  })}\n`;
}

// --- internal ---

function timesketch(event: WindowEvent) {
  return {
    message: event.message,
    datetime: iso(event.time),
    timestamp_desc: event.flagged ? 'Flagged event' : 'Event in hunt window',
    timestamp: Math.round(event.time * 1000),
    source_short: event.channel,
    hostname: event.host,
    tag: event.flagged ? 'caracal-flagged' : 'caracal',
    window: event.window,
    incident: event.incident,
    key: event.key,
    source_line: `${event.source}:${event.line}`,
  };
}

/** RFC 4180; a cell that a spreadsheet would take for a formula begins with a quote instead. */
function csvCell(value: string | number | null): string {
  const text = String(value ?? '');
  const harmless = /^[=+\-@\t\r]/.test(text) && typeof value === 'string' ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

function iso(time: number): string | null {
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
