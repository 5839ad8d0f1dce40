import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, sql } from 'kysely';
import { CaracalError } from '../../errors.ts';
import type { Database } from '../database.ts';
import type { Schema } from '../schema.ts';
import { openSqliteClient } from './sqlite-client.ts';
import type { SqliteOptions } from './sqlite-connection.ts';
import { readerDialect, writerDialect } from './sqlite-dialect.ts';
import { takeOverLog } from './write-ahead-log.ts';

/** Pages given back in one step: 4 MB. */
const SHRINK_PAGES = 1000;

/** Opens a file, made where there is none, with one connection that writes and one that reads. */
export async function openSqliteDatabase(options: Omit<SqliteOptions, 'role'>): Promise<Database> {
  makeFile(options.path);
  // The writer makes a new file what it is to be, with nobody beside it.
  const first = openSqliteClient({ ...options, role: 'writer' });
  const others = (['reader', 'cleaner'] as const).map((role) => openSqliteClient({ ...options, role }, first));
  const opened = await Promise.allSettled([first, ...others]);
  const clients = opened.flatMap((client) => (client.status === 'fulfilled' ? [client.value] : []));
  const [writer, reader, cleaner] = clients;
  if (!writer || !reader || !cleaner) {
    await Promise.all(clients.map((client) => client.close()));
    throw opened.find((client) => client.status === 'rejected')?.reason;
  }
  const write: Kysely<Schema> = new Kysely<Schema>({ dialect: writerDialect(writer, () => write) });
  const read = new Kysely<Schema>({ dialect: readerDialect(reader) });
  const endTakingOver = takeOverLog(cleaner);
  return {
    kind: 'sqlite',
    read,
    write,
    size: async () => fileSize(options.path) + fileSize(`${options.path}-wal`),
    async shrink() {
      await sql`pragma incremental_vacuum(${sql.lit(SHRINK_PAGES)})`.execute(write);
      const { rows } = await sql<{ freelist_count: number }>`pragma freelist_count`.execute(write);
      if ((rows[0]?.freelist_count ?? 0) > 0) return true;
      await sql`pragma wal_checkpoint(truncate)`.execute(write);
      return false;
    },
    async close() {
      endTakingOver();
      await cleaner.close();
      await reader.close();
      await writer.close();
    },
  };
}

// --- internal ---

/** Makes the file for its owner alone: it will hold logs and password hashes. */
function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CaracalError(
      'E_STORE_UNAVAILABLE',
      `The store ${path} cannot be opened: ${message}. Give a path that can be written.`,
      { file: path, retry: false },
      { cause },
    );
  }
}

function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
