import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Schema } from '../schema.ts';
import { refuseInsideTransaction } from '../transaction-guard.ts';
import { openPool } from './postgres-pool.ts';

/** Opens a database of a PostgreSQL server by its URL. */
export async function openPostgresDatabase(url: string): Promise<Database> {
  const pool = openPool(url, placeOf(url));
  const dialect = (guard: () => void) => new PostgresDialect({ pool: pool.guarded(guard) });
  const write: Kysely<Schema> = new Kysely<Schema>({ dialect: dialect(() => refuseInsideTransaction(write)) });
  const read = new Kysely<Schema>({ dialect: dialect(() => undefined) });
  return {
    kind: 'postgres',
    read,
    write,
    async size() {
      const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(read);
      return rows[0]?.bytes ?? 0;
    },
    // The server's own autovacuum makes the space of deleted rows free for new ones.
    shrink: async () => false,
    close: () => pool.close(),
  };
}

// --- internal ---

/** The URL without its password and what follows the name of the database. */
function placeOf(url: string): string {
  return url.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, '$1@').replace(/\?.*$/, '');
}
