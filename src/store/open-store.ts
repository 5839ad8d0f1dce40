import { accessTo, type Database } from './database.ts';
import { migrate } from './migrate.ts';
import { openPostgresDatabase } from './postgres/open-postgres.ts';
import { openSqliteDatabase } from './sqlite/open-sqlite.ts';
import { createStore, type Store } from './store.ts';

export interface StoreOptions {
  /** The clock, `Date.now` unless told. */
  readonly now?: () => number;
  /** SQLite: milliseconds to wait for another process that writes, 5,000 unless told. */
  readonly busyTimeout?: number;
  /** SQLite: bytes that the file may grow to; no bound unless told. */
  readonly maxBytes?: number;
}

/**
 * Opens the store of the live service and brings its schema up to date: a path, or
 * `sqlite:PATH`, for a SQLite file, which is made where there is none, or a
 * `postgres://` URL.
 *
 * ```ts
 * const store = await openStore('caracal.db');
 * const { items } = await store.alerts.page({ status: ['open'] }, { order: 'priority' });
 * await store.close();
 * ```
 *
 * @throws CaracalError E_STORE_UNAVAILABLE, E_STORE_BUSY, E_STORE_FULL, E_STORE_CORRUPT;
 *   E_STORE_SCHEMA where a newer version made it. `error.data.retry` says whether trying again can help.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  const now = options.now ?? Date.now;
  const database = await openDatabase(url, options);
  try {
    await migrate(database, Math.floor(now()));
  } catch (error) {
    await database.close();
    throw error;
  }
  return createStore(database, accessTo(database, now));
}

/** Opens the database of a store as it is. */
export function openDatabase(url: string, { busyTimeout = 5000, maxBytes = 0 }: StoreOptions = {}): Promise<Database> {
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgresDatabase(url);
  return openSqliteDatabase({ path: url.replace(/^sqlite:(\/\/)?/, ''), busyTimeout, maxBytes });
}
