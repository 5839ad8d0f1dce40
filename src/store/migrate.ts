import { type Kysely, sql } from 'kysely';
import { CaracalError } from '../errors.ts';
import type { Database } from './database.ts';
import { type Migration, migrations } from './migrations/index.ts';
import type { Schema } from './schema.ts';

/** Any number, the same in every version: the lock that migrations on PostgreSQL hold. */
const LOCK = 6_274_195;

/**
 * Brings the schema up to date, all in one transaction: a process that starts at the
 * same time waits, and finds it done.
 *
 * @throws CaracalError E_STORE_SCHEMA where a newer version made it
 */
export async function migrate(
  { write, kind }: Pick<Database, 'write' | 'kind'>,
  now: number,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  await write.transaction().execute(async (transaction) => {
    // On SQLite the transaction itself is the lock.
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction);
    const version = await versionOf(transaction);
    if (version > steps.length) {
      throw new CaracalError(
        'E_STORE_SCHEMA',
        `The store has version ${version} of the schema, this program knows up to ${steps.length}. Use the newer program.`,
        { version, known: steps.length, retry: false },
      );
    }
    for (const [step, { name, up }] of steps.entries()) {
      if (step < version) continue;
      await up(transaction as unknown as Kysely<unknown>, kind);
      await transaction
        .insertInto('caracal_schema')
        .values({ version: step + 1, name, applied: now })
        .execute();
    }
  });
}

// --- internal ---

async function versionOf(db: Kysely<Schema>): Promise<number> {
  await db.schema
    .createTable('caracal_schema')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('applied', 'bigint', (column) => column.notNull())
    .execute();
  const row = await db
    .selectFrom('caracal_schema')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirst();
  return row?.version ?? 0;
}
