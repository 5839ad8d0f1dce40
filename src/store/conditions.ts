import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { CaracalError } from '../errors.ts';
import type { Position } from './cursor.ts';
import type { DatabaseKind } from './database.ts';

/** Characters of a text that is searched for. */
const LONGEST = 1000;

/**
 * Whether a column holds a text somewhere. Case counts only beyond ASCII on SQLite, and
 * by the rules of its locale on PostgreSQL.
 *
 * @throws CaracalError E_USAGE for a text that is too long
 */
export function contains(kind: DatabaseKind, column: string, text: string): Expression<SqlBool> {
  if (text.length > LONGEST) {
    throw new CaracalError('E_USAGE', `A search for ${text.length} characters is too long. Give ${LONGEST} at most.`);
  }
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const like = kind === 'sqlite' ? sql`like` : sql`ilike`;
  return sql<SqlBool>`${sql.ref(column)} ${like} ${pattern} escape '\\'`;
}

/** Whether a row comes behind a position in an order that goes down by these columns. */
export function behind(columns: readonly string[], position: Position): Expression<SqlBool> {
  return sql<SqlBool>`(${sql.join(columns.map((column) => sql.ref(column)))}) < (${sql.join([...position])})`;
}

/** The start of the step that a time is in. */
export function stepOf(column: string, step: number): RawBuilder<number> {
  const whole = sql`cast(${step} as bigint)`;
  return sql<number>`(${sql.ref(column)} / ${whole}) * ${whole}`;
}
