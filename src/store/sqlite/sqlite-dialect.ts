import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { refuseInsideTransaction, spoiledTransaction } from '../transaction-guard.ts';
import type { SqliteClient } from './sqlite-client.ts';

/** Kysely on a connection that many share to read: statements only, no transactions. */
export function readerDialect(client: SqliteClient): Dialect {
  const connection = connectionOf(client);
  return dialectOf({
    ...nothing,
    acquireConnection: async () => connection,
  });
}

/**
 * Kysely on the one connection that writes: one transaction at a time, the others wait
 * in order.
 *
 * @param database what `insideTransaction` is told
 */
export function writerDialect(client: SqliteClient, database: () => object): Dialect {
  /** Whether a statement of the transaction under way failed. */
  let spoiled = false;
  const run: SqliteClient['run'] = async (sql, parameters) => {
    // SQLite would go on, without a transaction where the disk is full; PostgreSQL would not.
    if (spoiled) throw spoiledTransaction();
    try {
      return await client.run(sql, parameters);
    } catch (error) {
      spoiled = true;
      throw error;
    }
  };
  const connection = connectionOf({ run });
  let before: Promise<void> = Promise.resolve();
  const release: (() => void)[] = [];
  return dialectOf({
    ...nothing,
    async acquireConnection() {
      refuseInsideTransaction(database());
      const turn = before;
      let done = (): void => {};
      before = new Promise((resolve) => {
        done = resolve;
      });
      await turn;
      release.push(done);
      spoiled = false;
      return connection;
    },
    async releaseConnection() {
      release.pop()?.();
    },
    // Immediate: a transaction that first reads and then writes could not wait for another process.
    beginTransaction: async () => void (await run('begin immediate', [])),
    commitTransaction: async () => void (await run('commit', [])),
    async rollbackTransaction() {
      // SQLite itself ends a transaction that met a full disk; the error that led here tells more than this one.
      await client.run('rollback', []).catch(() => undefined);
    },
  });
}

// --- internal ---

const nothing = {
  init: async () => {},
  beginTransaction: async () => {},
  commitTransaction: async () => {},
  rollbackTransaction: async () => {},
  releaseConnection: async () => {},
  destroy: async () => {},
};

function dialectOf(driver: Driver): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function connectionOf(client: Pick<SqliteClient, 'run'>): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery) {
      const { rows, changes } = await client.run(sql, parameters);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    },
    // biome-ignore lint/correctness/useYield: Kysely's interface has it, nothing here streams
    async *streamQuery() {
      throw new TypeError('statements on SQLite are not streamed');
    },
  };
}
