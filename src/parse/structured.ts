import type { RecordBatch } from '../types.ts';
import { decodeUtf8, encodeUtf8 } from '../util/utf8.ts';
import { createByteText, csvField, replacements } from './csv-bytes.ts';
import { parametersAt } from './parameter-places.ts';
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
 * Makes the rows of `structured.csv` (UTF-8) for batches whose records belong to the
 * templates `numbers`. Ids and templates are the parser's present ones, so render when it
 * has learned everything: keep the numbers of the first pass and read the log again. What
 * it gives holds until it is asked again. `fieldsOf` gives the columns of a template.
 */
export function structuredWriter(
  parser: Parser,
  { parameters }: StructuredOptions,
  fieldsOf = templateFieldsOf(parser),
): (batch: RecordBatch, numbers: Int32Array) => Uint8Array {
  const out = createByteText();
  const writeTime = createTimeWriter(out.bytes, out.byte);
  const writeParameters = (bytes: Uint8Array, start: number, end: number, number: number, marks: number): void => {
    const places = parser.placesOf(bytes, start, end, number);
    const { count, starts, ends } = places;
    out.reserve(8 * (count + 1) + MOST_PER_BYTE * lengthOf(count, starts, ends));
    if ((marks & (HIGH | CONTROL)) !== 0) {
      const values = parametersAt(bytes, places).map(({ value }) => value);
      const field = encodeUtf8(csvField(JSON.stringify(values)));
      out.reserve(field.length + 1);
      out.bytes(field);
      return;
    }
    if (count > 0) out.byte(QUOTE);
    out.byte(OPEN);
    for (let i = 0; i < count; i++) {
      out.bytes(i === 0 ? FIRST_VALUE : NEXT_VALUE);
      if ((marks & ESCAPED) === 0) out.bytes(bytes, starts[i]!, ends[i]!);
      else out.replaced(bytes, starts[i]!, ends[i]!, IN_JSON);
    }
    if (count > 0) out.bytes(BEHIND_VALUE);
    out.byte(CLOSE);
    if (count > 0) out.byte(QUOTE);
  };
  const writeContent = (bytes: Uint8Array, start: number, end: number, marks: number): void => {
    out.reserve(2 * (end - start) + 2);
    if ((marks & HIGH) !== 0) {
      const field = encodeUtf8(csvField(decodeUtf8(bytes, start, end)));
      out.reserve(field.length);
      out.bytes(field);
      return;
    }
    const quoted = (marks & QUOTED) !== 0;
    if (quoted) out.byte(QUOTE);
    if ((marks & ESCAPED) === 0) out.bytes(bytes, start, end);
    else out.replaced(bytes, start, end, quoted ? IN_QUOTES : AS_IT_IS);
    if (quoted) out.byte(QUOTE);
  };

  return ({ count, bytes, start, end, time, line, host, app, pid, strings }, numbers) => {
    const names = new Map<number, Uint8Array>();
    const writeName = (name: number): void => {
      if (name < 0) return;
      const field = names.get(name) ?? encodeUtf8(csvField(strings.value(name)));
      names.set(name, field);
      out.reserve(field.length);
      out.bytes(field);
    };
    out.begin();
    for (let row = 0; row < count; row++) {
      const from = start[row]!;
      const to = end[row]!;
      const marks = marksOf(bytes, from, to);
      out.reserve(MOST_IN_FRONT);
      out.integer(line[row]!);
      out.byte(COMMA);
      writeTime(time[row]!);
      out.byte(COMMA);
      writeName(host[row]!);
      out.byte(COMMA);
      writeName(app[row]!);
      out.reserve(MOST_IN_FRONT);
      out.byte(COMMA);
      if (pid[row]! >= 0) out.integer(pid[row]!);
      out.byte(COMMA);
      writeContent(bytes, from, to, marks);
      const fields = fieldsOf(numbers[row]!);
      out.reserve(fields.length + 3);
      out.byte(COMMA);
      out.bytes(fields);
      if (parameters) {
        out.byte(COMMA);
        writeParameters(bytes, from, to, numbers[row]!, marks);
      }
      out.reserve(1);
      out.byte(LF);
    }
    return out.written;
  };
}

/** The columns of a template, by its number. */
export function templateFieldsOf(parser: Parser): (number: number) => Uint8Array {
  const templates = new Map<number, Uint8Array>();
  return (number) => {
    let fields = templates.get(number);
    if (fields === undefined) {
      const { id, text } = parser.templateOf(number);
      fields = encodeUtf8(`${id},${csvField(text)}`);
      templates.set(number, fields);
    }
    return fields;
  };
}

/** `templates.csv`: every template and how many events it has, in the order of first appearance. */
export function templatesCsv(parser: Parser): string {
  const rows = parser.templates().map(({ id, text, count }) => `${id},${csvField(text)},${count}\n`);
  return `EventId,EventTemplate,Occurrences\n${rows.join('')}`;
}

// --- internal ---

const [LF, QUOTE, COMMA, OPEN, BACKSLASH, CLOSE] = [0x0a, 0x22, 0x2c, 0x5b, 0x5c, 0x5d];
const [FIRST_VALUE, NEXT_VALUE, BEHIND_VALUE] = ['""', '"",""', '""'].map(encodeUtf8) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
/** Numbers, a time and commas. */
const MOST_IN_FRONT = 128;

const AS_IT_IS = replacements({});
const IN_QUOTES = replacements({ '"': '""' });
/** In a JSON string in a quoted field. */
const IN_JSON = replacements({ '"': '\\""', '\\': '\\\\' });
const MOST_PER_BYTE = 3;

/** What bytes of a message mean for its row: that its field is quoted, that they are written as two, that JSON has names for them, that they are no ASCII. */
const QUOTED = 1;
const ESCAPED = 2;
const CONTROL = 4;
const HIGH = 8;
const MARKS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const quoted = [0x0a, 0x0d, QUOTE, COMMA].includes(byte) ? QUOTED : 0;
  const escaped = byte === QUOTE || byte === BACKSLASH ? ESCAPED : 0;
  return quoted | escaped | (byte < 0x20 ? CONTROL : 0) | (byte >= 0x80 ? HIGH : 0);
});

function marksOf(bytes: Uint8Array, start: number, end: number): number {
  let marks = 0;
  for (let i = start; i < end; i++) marks |= MARKS[bytes[i]!]!;
  return marks;
}

function lengthOf(count: number, starts: Int32Array, ends: Int32Array): number {
  let length = 0;
  for (let i = 0; i < count; i++) length += ends[i]! - starts[i]!;
  return length;
}

/** Writes times as `Date.toISOString` does, nothing where there is none. */
function createTimeWriter(write: (bytes: Uint8Array) => void, byte: (byte: number) => void): (time: number) => void {
  let day = Number.NaN;
  let date: Uint8Array = new Uint8Array(0);
  const two = (value: number): void => {
    const tens = Math.floor(value / 10);
    byte(0x30 + tens);
    byte(0x30 + value - 10 * tens);
  };
  return (time) => {
    if (Number.isNaN(time)) return;
    if (!(time >= 0 && time < LAST_OF_FOUR_DIGITS)) {
      write(encodeUtf8(new Date(time).toISOString()));
      return;
    }
    const whole = Math.floor(time);
    const today = Math.floor(whole / DAY);
    if (today !== day) {
      day = today;
      date = encodeUtf8(new Date(whole).toISOString().slice(0, 11));
    }
    write(date);
    const ms = whole - today * DAY;
    const seconds = Math.floor(ms / 1000);
    two(Math.floor(seconds / 3600));
    byte(COLON);
    two(Math.floor(seconds / 60) % 60);
    byte(COLON);
    two(seconds % 60);
    byte(POINT);
    byte(0x30 + Math.floor((ms % 1000) / 100));
    two(ms % 100);
    byte(ZULU);
  };
}

const DAY = 86_400_000;
const LAST_OF_FOUR_DIGITS = Date.UTC(10_000, 0);
const [POINT, COLON, ZULU] = [0x2e, 0x3a, 0x5a];
