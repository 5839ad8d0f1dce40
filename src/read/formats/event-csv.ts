import { CaracalError } from '../../errors.ts';
import { decodeUtf8 } from '../../util/utf8.ts';
import { createClock } from '../time/clock.ts';
import { entityKindOf, kindOfNamed } from './entity-fields.ts';
import { addEntity, type FieldNames, type LineFormat, percent, type SampleLines, setMessage } from './format.ts';
import { createFieldTime, levelOfField, wholeNumber } from './json-line.ts';

/**
 * A table of events: a line with the names of the columns, then one event a line, fields
 * separated by commas, semicolons or tabs and quoted as RFC 4180 has it (no line ends
 * within fields). Columns are found by the names in use; `--time`, `--key`, `--entity` and
 * `--channel` name others. Rows may stand in any order: they are sorted by time. A row
 * with another number of fields is malformed.
 */
export const eventCsvFormat: LineFormat = {
  name: 'event-csv',
  unsorted: true,
  detect: (sample, options) => {
    const table = tableOf(sample, options.fields);
    if (!table || table.columns.time < 0)
      return { confidence: 0, reason: 'no line with names of columns, one of them a time' };
    const timeOf = createFieldTime(createClock({ timezone: 'UTC', reference: 0 }));
    const rows = sample.starts.slice(1).map((start, i) => cellsOf(sample, start, i + 1, table.separator));
    const fitting = rows.filter(
      (cells) => cells?.length === table.names.length && !Number.isNaN(timeOf(cells[table.columns.time])),
    );
    const share = rows.length === 0 ? 0 : fitting.length / rows.length;
    return {
      confidence: share * 0.93,
      reason: `a table with the columns ${table.names.join(', ')}; ${percent(share)} of its first rows fit`,
    };
  },
  prepare: (sample, { fields = {} }) => {
    const table = tableOf(sample, fields);
    if (!table) {
      throw new CaracalError(
        'E_FORMAT_INVALID',
        'An event CSV begins with the names of its columns, separated by commas, semicolons or tabs. Add that line.',
      );
    }
    const { names: columnNames, separator, columns } = checked(table, fields);
    const { time, key, host, app, level, pid, entities } = columns;
    const heading = columnNames.join('\0');
    return ({ clock, names }) => {
      const timeOf = createFieldTime(clock);
      return {
        parse: (bytes, start, end, out) => {
          const cells = splitRow(decodeUtf8(bytes, start, end), separator);
          if (cells === undefined || cells.length !== columnNames.length) {
            out.wellFormed = false;
            return;
          }
          if (cells.join('\0') === heading) {
            out.outcome = 'header';
            return;
          }
          const cell = (column: number): string => cells[column] ?? '';
          out.time = timeOf(cell(time));
          out.level = levelOfField(cell(level));
          out.host = names.text(cell(host));
          out.app = names.text(cell(app));
          out.pid = wholeNumber(cell(pid));
          for (const column of entities) {
            addEntity(out, kindOfNamed(columnNames[column] ?? '', cell(column)), cell(column));
          }
          if (key >= 0) setMessage(out, cell(key));
          else {
            const used = new Set([time, host, app, level, pid]);
            const rest = columnNames.flatMap((name, i) =>
              used.has(i) || cell(i) === '' ? [] : [`${name}=${cell(i)}`],
            );
            setMessage(out, rest.join(' '));
          }
        },
      };
    };
  },
};

/** Cells of a row of a table, `undefined` where a quote is never closed. */
export function splitRow(line: string, separator: string): string[] | undefined {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] !== '"') {
      const next = line.indexOf(separator, at);
      cells.push(line.slice(at, next < 0 ? undefined : next));
      if (next < 0) return cells;
      at = next + 1;
      continue;
    }
    let cell = '';
    for (;;) {
      const close = line.indexOf('"', at + 1);
      if (close < 0) return undefined;
      cell += line.slice(at + 1, close);
      at = close;
      if (line[close + 1] !== '"') break;
      cell += '"';
      at = close + 1;
    }
    cells.push(cell);
    at++;
    if (at >= line.length) return cells;
    if (line[at] !== separator) return undefined;
    at++;
  }
}

// --- internal ---

interface Table {
  readonly names: readonly string[];
  readonly separator: string;
  /** Number of each column, -1 where there is none. */
  readonly columns: {
    readonly time: number;
    readonly key: number;
    readonly host: number;
    readonly app: number;
    readonly level: number;
    readonly pid: number;
    readonly entities: readonly number[];
  };
}

const TIME = /^(@?timestamp|time|ts|date|datetime|event_?time|epoch|created(_at)?)$/i;
const KEY =
  /^(key|event_?key|template|event_?template|message|msg|text|content|description|name|event|event_?name|signature|event_?id)$/i;
const HOST = /^(host|host_?name|node|machine|computer|server)$/i;
const APP = /^(channel|app|application|program|process|service|component|sensor|logger)$/i;
const LEVEL = /^(level|severity|log_?level)$/i;
const PID = /^(pid|process_?id)$/i;

/** The table that a sample begins with; `undefined` where its first line is none of names. */
function tableOf(sample: SampleLines, fields: FieldNames = {}): Table | undefined {
  const start = sample.starts[0];
  if (start === undefined) return undefined;
  const line = decodeUtf8(sample.bytes, start, sample.ends[0]);
  for (const separator of [',', ';', '\t']) {
    const names = splitRow(line, separator)?.map((name) => name.trim());
    if (!names || names.length < 2 || !names.every((name) => /^[@A-Za-z_#][\w .:/@#()-]*$/.test(name))) continue;
    const find = (told: string | undefined, usual: RegExp): number =>
      told === undefined ? names.findIndex((name) => usual.test(name)) : names.indexOf(told);
    const time = find(fields.time, TIME);
    // The most telling name first, not the first column.
    const key = fields.key === undefined ? mostTelling(names) : names.indexOf(fields.key);
    const entities =
      fields.entity === undefined
        ? names.flatMap((name, i) => (entityKindOf(name) ? [i] : []))
        : fields.entity.map((name) => names.indexOf(name));
    const columns = {
      time,
      key,
      host: find(undefined, HOST),
      app: find(fields.channel, APP),
      level: find(undefined, LEVEL),
      pid: find(undefined, PID),
      entities,
    };
    return { names, separator, columns };
  }
  return undefined;
}

/** The column that the names in use make the message, in the order of `KEY`. */
function mostTelling(names: readonly string[]): number {
  const order = KEY.source.slice(2, -2).split('|');
  const ranked = names
    .map((name, i) => ({ i, rank: order.findIndex((usual) => new RegExp(`^(?:${usual})$`, 'i').test(name)) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank);
  return ranked[0]?.i ?? -1;
}

function checked(table: Table, fields: FieldNames): Table {
  const told = [
    ['time', fields.time],
    ['key', fields.key],
    ['channel', fields.channel],
    ...(fields.entity ?? []).map((name) => ['entity', name] as const),
  ] as const;
  for (const [flag, name] of told) {
    if (name === undefined || table.names.includes(name)) continue;
    throw new CaracalError(
      'E_FORMAT_INVALID',
      `No column '${name}' in the table. Give --${flag} one of: ${table.names.join(', ')}.`,
      { column: name },
    );
  }
  return table;
}

function cellsOf({ bytes, ends }: SampleLines, start: number, i: number, separator: string): string[] | undefined {
  return splitRow(decodeUtf8(bytes, start, ends[i]), separator);
}
