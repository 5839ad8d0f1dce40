import { CompiledQuery, type Kysely } from 'kysely';
import type { Row, Schema } from './schema.ts';

/** Rows of one statement, as long as there are so many: few enough for the bound of each database on parameters. */
const BLOCKS = [250, 25, 1];

/** Rows of a table: an array, or what makes each of them when it is asked for. */
export interface Rows<T extends keyof Schema> {
  readonly length: number;
  at(place: number): Row<T> | undefined;
}

const texts = new Map<string, string>();

/**
 * Inserts many rows of a table: Kysely would build and compile a tree of ten thousand
 * nodes for each batch, here the text of the statement is made once.
 */
export async function bulkInsert<T extends keyof Schema & string>(
  db: Kysely<Schema>,
  table: T,
  columns: readonly (keyof Row<T> & string)[],
  rows: Rows<T>,
): Promise<void> {
  let from = 0;
  for (const block of BLOCKS) {
    const text = textOf(table, columns, block);
    for (; rows.length - from >= block; from += block) {
      const parameters: unknown[] = [];
      for (let place = from; place < from + block; place++) {
        const row = rows.at(place);
        if (row) for (const column of columns) parameters.push(row[column]);
      }
      await db.executeQuery(CompiledQuery.raw(text, parameters));
    }
  }
}

// --- internal ---

function textOf(table: string, columns: readonly string[], rows: number): string {
  const name = `${table} ${columns.join()} ${rows}`;
  const known = texts.get(name);
  if (known) return known;
  let parameter = 0;
  // `$1` is a number to PostgreSQL and a name to SQLite, which counts names in the order of their first use.
  const values = Array.from({ length: rows }, () => `(${columns.map(() => `$${++parameter}`).join()})`).join();
  const text = `insert into "${table}" (${columns.map((column) => `"${column}"`).join()}) values ${values}`;
  texts.set(name, text);
  return text;
}
