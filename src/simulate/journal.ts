import { SECOND } from './chance.ts';
import type { Label } from './scheduler.ts';

/** The two files that a Debian-like syslog server keeps for its network. */
export type LogFile = 'logs/auth.log' | 'logs/syslog';

/** A line that belongs to the intrusion. `line` starts at 1. */
export interface LabelledLine {
  readonly source: string;
  readonly line: number;
  /** Name of the phase. */
  readonly label: string;
}

/** First and last moment of something, epoch ms. */
export interface Span {
  readonly name: string;
  readonly kind: Label['kind'];
  start: number;
  end: number;
}

/** The collected log: lines in the order of arrival, and what each belongs to. */
export interface Journal {
  write(time: number, file: LogFile, host: string, tag: string, message: string, label: Label | null): void;
  readonly files: ReadonlyMap<LogFile, readonly string[]>;
  readonly labels: readonly LabelledLine[];
  readonly spans: ReadonlyMap<string, Readonly<Span>>;
}

/** An empty journal of RFC 3164 lines (section 4.1.2, without the priority, as syslog servers write files). */
export function createJournal(): Journal {
  const files = new Map<LogFile, string[]>([
    ['logs/auth.log', []],
    ['logs/syslog', []],
  ]);
  const labels: LabelledLine[] = [];
  const spans = new Map<string, Span>();
  let stampSecond = Number.NaN;
  let stamp = '';

  return {
    files,
    labels,
    spans,
    write: (time, file, host, tag, message, label) => {
      const second = Math.floor(time / SECOND);
      if (second !== stampSecond) {
        stampSecond = second;
        stamp = timestamp(second * SECOND);
      }
      const lines = files.get(file) ?? [];
      lines.push(`${stamp} ${host} ${tag}: ${message}`);
      if (label === null) return;
      if (label.kind === 'phase') labels.push({ source: file, line: lines.length, label: label.name });
      const span = spans.get(label.name);
      if (span === undefined) spans.set(label.name, { ...label, start: second * SECOND, end: second * SECOND });
      else span.end = second * SECOND;
    },
  };
}

// --- internal ---

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function timestamp(time: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}`;
}
