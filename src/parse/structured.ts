import type { RecordBatch } from '../types.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import type { Parser } from './parser.ts';

/** What goes into `structured.csv`. */
export interface StructuredOptions {
  /** With the column `ParameterList`, a JSON array of strings. */
  readonly parameters: boolean;
}

/** First line of `structured.csv`, in the column names of the loghub collection. */
export function structuredHeader({ parameters }: StructuredOptions): string {
  const columns = ['LineId', 'Time', 'Host', 'App', 'Pid', 'Content', 'EventId', 'EventTemplate'];
  return `${[...columns, ...(parameters ? ['ParameterList'] : [])].join(',')}\n`;
}

/**
 * Rows of `structured.csv` for a batch whose records belong to the templates
 * `numbers`. Ids and templates are the parser's present ones, so render when it has
 * learned everything: keep the numbers of the first pass and read the log again.
 */
export function structuredRows(
  batch: RecordBatch,
  numbers: Int32Array,
  parser: Parser,
  { parameters }: StructuredOptions,
): string {
  const templates = new Map<number, string>();
  const templateFields = (number: number): string => {
    let fields = templates.get(number);
    if (fields === undefined) {
      const { id, text } = parser.templateOf(number);
      fields = `${id},${csvField(text)}`;
      templates.set(number, fields);
    }
    return fields;
  };
  let rows = '';
  for (let row = 0; row < batch.count; row++) {
    const number = numbers[row]!;
    const start = batch.start[row]!;
    const end = batch.end[row]!;
    const time = batch.time[row]!;
    const pid = batch.pid[row]!;
    const header = [
      batch.line[row]!,
      Number.isNaN(time) ? '' : new Date(time).toISOString(),
      csvField(batch.strings.value(batch.host[row]!)),
      csvField(batch.strings.value(batch.app[row]!)),
      pid < 0 ? '' : pid,
      csvField(decodeUtf8(batch.bytes, start, end)),
    ];
    rows += `${header.join(',')},${templateFields(number)}`;
    if (parameters) {
      const values = parser.parametersOf(batch.bytes.subarray(start, end), number).map(({ value }) => value);
      rows += `,${csvField(JSON.stringify(values))}`;
    }
    rows += '\n';
  }
  return rows;
}

/** `templates.csv`: every template and how many events it has, in the order of first appearance. */
export function templatesCsv(parser: Parser): string {
  const rows = parser.templates().map(({ id, text, count }) => `${id},${csvField(text)},${count}\n`);
  return `EventId,EventTemplate,Occurrences\n${rows.join('')}`;
}

// --- internal ---

/** A field as RFC 4180 wants it. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
