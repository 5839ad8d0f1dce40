import { CaracalError } from '../errors.ts';
import { readWhole, splitRow } from '../read/index.ts';
import type { Strings } from '../types.ts';
import { createStringTable } from '../util/tables.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import type { Ingested } from './ingest.ts';

/** The cells of one column, by the rows of the event table. */
export interface Cells {
  /** Number of each row's cell in `values`, -1 where its file has no such column. */
  readonly ids: Int32Array;
  readonly values: Strings;
}

/** A column that is asked for. */
export interface WantedColumn {
  readonly name: string;
  /** The flag that named it, for errors. */
  readonly flag: string;
  /** Whether a file may be without it. */
  readonly optional?: boolean;
}

/**
 * Reads columns of event CSV files by the rows of the events that came of them.
 *
 * @param logs whose sources are all event CSV files
 * @returns the columns by their names, without optional ones that no file has
 * @throws CaracalError `E_FORMAT_INVALID` for a column that a file does not have
 */
export async function readCells(logs: Ingested, wanted: readonly WantedColumn[]): Promise<ReadonlyMap<string, Cells>> {
  const { events, sources } = logs;
  const columns = wanted.map((column) => ({
    ...column,
    ids: new Int32Array(events.count).fill(-1),
    values: createStringTable(),
  }));
  const rowsOf = rowsBySource(events.source, sources.length);
  for (const [source, { path, name: file }] of sources.entries()) {
    const bytes = await readWhole(path);
    const { names, separator } = heading(bytes);
    const places = columns.map(({ name, flag, optional = false }) => {
      const place = names.indexOf(name);
      if (place >= 0 || optional) return place;
      const message = `${file}: no column '${name}' in the table. Give --${flag} one of: ${names.join(', ')}.`;
      throw new CaracalError('E_FORMAT_INVALID', message, { file, line: 1 });
    });
    for (const row of rowsOf[source] ?? []) {
      const begin = events.offset[row]!;
      const cells = splitRow(decodeUtf8(bytes, begin, begin + events.length[row]!), separator) ?? [];
      columns.forEach(({ ids, values }, c) => {
        const place = places[c]!;
        if (place >= 0) ids[row] = values.intern((cells[place] ?? '').trim());
      });
    }
  }
  return new Map(
    columns
      .filter(({ ids, optional }) => !optional || ids.some((id) => id >= 0))
      .map(({ name, ids, values }) => [name, { ids, values }]),
  );
}

// --- internal ---

function heading(bytes: Uint8Array) {
  const end = bytes.findIndex((byte) => byte === 10 || byte === 13);
  const head = decodeUtf8(bytes, 0, end < 0 ? bytes.length : end).replace(/^\uFEFF/, '');
  const [separator = ','] = [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length);
  return { separator, names: (splitRow(head, separator) ?? []).map((name) => name.trim()) };
}

function rowsBySource(source: Int32Array, count: number): number[][] {
  const rows: number[][] = Array.from({ length: count }, () => []);
  for (let row = 0; row < source.length; row++) rows[source[row]!]?.push(row);
  return rows;
}
