import { CaracalError } from '../errors.ts';
import { csvRows } from '../sequence/index.ts';

/** Ground truth of something: whether it is anomalous, and what it is called. */
export interface Label {
  readonly anomalous: boolean;
  readonly name: string;
}

/** Labels of whole sessions, of single lines, or of spans of time. */
export type Labels = { readonly file: string } & (
  | { readonly unit: 'session'; readonly sessions: ReadonlyMap<string, Label> }
  | { readonly unit: 'line'; readonly lines: readonly LabelledLine[] }
  | { readonly unit: 'time'; readonly spans: readonly LabelledSpan[] }
);

/** A line by its file (`''` where the labels name none) and its number from 1. */
export interface LabelledLine {
  readonly source: string;
  readonly line: number;
  readonly label: Label;
}

/** A span of time, both ends included, epoch ms. */
export interface LabelledSpan {
  readonly start: number;
  readonly end: number;
  readonly label: Label;
}

/**
 * Reads a label as it stands in a cell: `0`, `normal`, `benign`, `false`, `false_positive`,
 * `none` and `-` say normal, nothing says nothing (`undefined`), anything else names an anomaly.
 */
export function labelIn(text: string): Label | undefined {
  const name = text.trim();
  return name === '' ? undefined : { anomalous: !NORMAL.has(name.toLowerCase()), name };
}

/**
 * Reads ground truth that stands beside logs.
 *
 * - CSV with a `label` column and `line`, with or without `source`: single lines (what `caracal simulate` writes)
 * - CSV with `label`, `start` and `end`: spans of time
 * - CSV with `label` and an id (`session`, `id`, `BlockId`, any `*_id`): whole sessions
 * - JSON `{"name": [start, end], ...}`, or `{"windows": [{"name", "start", "end"}, ...]}`: spans of time
 *
 * Other columns are passed over; times are ISO 8601 (UTC unless they say) or epoch seconds or ms.
 *
 * @param columns names of the columns of the label and of the session, where they are others
 * @throws CaracalError `E_FORMAT_INVALID` naming file and line
 *
 * @example
 * parseLabels('session,label\nblk_1,Anomaly\n', 'labels.csv').unit; // 'session'
 */
export function parseLabels(
  text: string,
  file: string,
  columns: { readonly label?: string | undefined; readonly id?: string | undefined } = {},
): Labels {
  if (text.trimStart().startsWith('{')) return { file, unit: 'time', spans: spansOfJson(text, file) };
  const { header, rows } = readTable(text, file);
  const find = (told: string | undefined, usual: RegExp): number =>
    header.findIndex((name) => (told === undefined ? usual.test(name) : name === told));
  const labelAt = find(columns.label, /^label$/i);
  if (labelAt < 0) throw noColumn(columns.label ?? 'label', '--label-column', file, header);
  const lineAt = columns.id === undefined ? find(undefined, /^line(_?(no|number|id))?$/i) : -1;
  const sourceAt = find(undefined, /^(source|file)$/i);
  const [startAt, endAt] = [find(undefined, /^(start|begin|from)$/i), find(undefined, /^(end|until|to)$/i)];
  const idAt = find(columns.id, /^(id|session|.*_?id)$/i);

  const labelled = rows.flatMap(({ cells, line }) => {
    const label = labelIn(cells[labelAt] ?? '');
    return label ? [{ cells, line, label }] : [];
  });
  if (lineAt >= 0) {
    const lines = labelled.map(({ cells, line, label }) => {
      const number = Number(cells[lineAt]);
      if (Number.isInteger(number) && number > 0) return { source: cells[sourceAt] ?? '', line: number, label };
      throw badCell(`'${cells[lineAt] ?? ''}' is no line number`, file, line);
    });
    return { file, unit: 'line', lines };
  }
  if (startAt >= 0 && endAt >= 0) {
    const spans = labelled.map(({ cells, line, label }) => spanOf(cells[startAt], cells[endAt], label, file, line));
    return { file, unit: 'time', spans };
  }
  if (idAt < 0) throw noColumn(columns.id ?? 'session', '--id-column', file, header);
  const sessions = new Map<string, Label>();
  for (const { cells, label } of labelled) {
    const id = cells[idAt] ?? '';
    if (!sessions.get(id)?.anomalous) sessions.set(id, label);
  }
  return { file, unit: 'session', sessions };
}

// --- internal ---

const NORMAL: ReadonlySet<string> = new Set(['0', 'normal', 'benign', 'false', 'false_positive', 'none', '-']);

function readTable(text: string, file: string) {
  const rows = csvRows(text, file).map(({ line, cells }) => ({ line, cells: cells.map((cell) => cell.trim()) }));
  const [head, ...rest] = rows;
  if (!head || rest.length === 0) {
    const message = `${file}: no labels in it. Expected a header with a label column and at least one row.`;
    throw new CaracalError('E_NO_INPUT', message, { file });
  }
  return { header: head.cells, rows: rest };
}

function spansOfJson(text: string, file: string): LabelledSpan[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CaracalError('E_FORMAT_INVALID', `${file}: not JSON: ${why}. Mend it.`, { file }, { cause });
  }
  const listed = isObject(content) ? content.windows : undefined;
  const spans = Array.isArray(listed)
    ? listed.map((entry, i) => ({ name: String(entry?.name ?? i + 1), from: entry?.start, to: entry?.end }))
    : Object.entries(isObject(content) ? content : {}).map(([name, span]) =>
        Array.isArray(span) ? { name, from: span[0], to: span[1] } : { name, from: undefined, to: undefined },
      );
  if (spans.length === 0) {
    const message = `${file}: no spans of time in it. Expected {"name": ["start", "end"], ...}.`;
    throw new CaracalError('E_NO_INPUT', message, { file });
  }
  return spans.map(({ name, from, to }) => spanOf(from, to, { anomalous: true, name }, file, undefined));
}

function spanOf(from: unknown, to: unknown, label: Label, file: string, line: number | undefined): LabelledSpan {
  const [start, end] = [timeIn(from), timeIn(to)];
  if (start <= end) return { start, end, label };
  throw badCell(`'${String(from)}' to '${String(to)}' is no span of time (of ${label.name})`, file, line);
}

/** Epoch ms; numbers that would be a time before 1973 as milliseconds are seconds. */
function timeIn(value: unknown): number {
  const text = String(value ?? '').trim();
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) < 1e11 ? Number(text) * 1000 : Number(text);
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes(':');
  return Date.parse(zoned ? text : `${text.replace(' ', 'T')}Z`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noColumn(name: string, flag: string, file: string, header: readonly string[]): CaracalError {
  const message = `${file}: no column '${name}' for the labels. Give ${flag} one of: ${header.join(', ')}.`;
  return new CaracalError('E_FORMAT_INVALID', message, { file, line: 1 });
}

function badCell(what: string, file: string, line: number | undefined): CaracalError {
  const where = line === undefined ? file : `${file}, line ${line}`;
  return new CaracalError('E_FORMAT_INVALID', `${where}: ${what}. Mend it.`, { file, line });
}
