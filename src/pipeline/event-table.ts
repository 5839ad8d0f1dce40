import { CaracalError } from '../errors.ts';
import { joinSessions } from '../evaluate/index.ts';
import { readWhole } from '../read/index.ts';
import { buildSequences, csvRows } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { createStringTable } from '../util/tables.ts';
import type { Ingested } from './ingest.ts';

const HOUR = 3_600_000;

/** Columns of an event CSV that its rows are asked for. */
export interface EventTableColumns {
  readonly key: string;
  /** Column of the session of each event; the sessions of the logs stay without it. */
  readonly session?: string | undefined;
  /** Column of the label of each event, read where the table has it. */
  readonly label: string;
}

/** What the columns of an event CSV say of the events. */
export interface EventTable {
  /**
   * The sequences of the events. Where the key column holds single words, they are the keys
   * as they are; text goes by its template.
   */
  readonly sequences: SequenceSet;
  /** Whether the keys are those of the column, not templates. */
  readonly ownKeys: boolean;
  /** Cell of the label of each event, `''` where the row has none; absent without such a column. */
  readonly labels?: readonly string[];
}

/**
 * Reads columns of event CSV files by the rows of the events that came of them.
 *
 * @param logs whose sources are all event CSV files
 * @throws CaracalError `E_FORMAT_INVALID` for a column that a file does not have
 */
export async function readEventTable(logs: Ingested, columns: EventTableColumns): Promise<EventTable> {
  const { events } = logs;
  const { key, session, label } = columns;
  const tables: Table[] = [];
  for (const { path, name } of logs.sources) {
    const table = await readTable(path, name);
    for (const [flag, column] of Object.entries({ key, session })) {
      if (column === undefined || table.names.includes(column)) continue;
      const message = `${name}: no column '${column}' in the table. Give --${flag} one of: ${table.names.join(', ')}.`;
      throw new CaracalError('E_FORMAT_INVALID', message, { file: name, line: 1 });
    }
    tables.push(table);
  }
  const cells = (column: string): string[] => {
    const places = tables.map(({ names }) => names.indexOf(column));
    return Array.from({ length: events.count }, (_, row) => {
      const source = events.source[row]!;
      return (tables[source]?.rows.get(events.line[row]!)?.[places[source]!] ?? '').trim();
    });
  };
  const sequences = session === undefined ? logs.sequences : bySession(logs, cells(session));
  const keys = cells(key);
  const ownKeys = keys.every((text) => !/\s/.test(text));
  return {
    sequences: ownKeys ? withKeys(sequences, keys) : sequences,
    ownKeys,
    ...(tables.every(({ names }) => names.includes(label)) ? { labels: cells(label) } : {}),
  };
}

// --- internal ---

function bySession({ events, sequences: { keyNames } }: Ingested, names: readonly string[]): SequenceSet {
  const table = createStringTable();
  const sessions = Int32Array.from(names, (name) => table.intern(name === '' ? '(no session)' : name));
  return joinSessions(
    buildSequences(events, { sessions, sessionName: (id) => table.value(id), keyNames, timeout: HOUR }),
  );
}

function withKeys(set: SequenceSet, names: readonly string[]): SequenceSet {
  const table = createStringTable();
  const ofRow = Int32Array.from(names, (name) => table.intern(name));
  return {
    ...set,
    keys: Int32Array.from(set.events ?? [], (row) => ofRow[row]!),
    keyNames: Array.from({ length: table.size }, (_, id) => table.value(id)),
  };
}

interface Table {
  readonly names: readonly string[];
  /** Cells by line number. */
  readonly rows: ReadonlyMap<number, readonly string[]>;
}

async function readTable(path: string, file: string): Promise<Table> {
  const text = new TextDecoder().decode(await readWhole(path));
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const [separator = ','] = [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length);
  const rows = csvRows(text, file, separator);
  return {
    names: rows[0]?.cells.map((name) => name.trim()) ?? [],
    rows: new Map(rows.map(({ line, cells }) => [line, cells])),
  };
}
