import Libsql from 'libsql';
import type { Parameter } from '../parameters.ts';

/** What a statement gave: its rows, and how many rows it changed. */
export interface StatementResult {
  readonly rows: unknown[];
  readonly changes: number;
}

/** How a connection is opened. */
export interface SqliteOptions {
  readonly path: string;
  readonly role: 'writer' | 'reader' | 'cleaner';
  /** Milliseconds to wait for another process that writes. */
  readonly busyTimeout: number;
  /** Bytes that the file may grow to; 0 for no bound. */
  readonly maxBytes: number;
}

/** A connection, in the thread that uses it. */
export interface SqliteConnection {
  run(sql: string, parameters: readonly Parameter[]): StatementResult;
  close(): void;
}

/** Statements kept compiled. */
const STATEMENTS = 200;
/** Pages of the write-ahead log that a commit itself takes over, where the cleaner did not: 64 MB. */
const CHECKPOINT_PAGES = 16_000;
const PAGE_BYTES = 4096;
/** Milliseconds that opening waits for others that open the file too. */
const OPENING = 5000;

/**
 * Opens the file. The writer makes it: with a write-ahead log, so that readers and the
 * writer never wait for each other, and `synchronous=full`, so that what was committed
 * is on the disk, power or no power.
 */
export function openSqlite(options: SqliteOptions): SqliteConnection {
  const database = new Libsql(options.path);
  const statements = new Map<string, Libsql.Statement>();
  try {
    for (const pragma of pragmasOf(options)) patiently(() => database.prepare(pragma).all([]));
  } catch (error) {
    database.close();
    throw error;
  }

  const prepared = (sql: string): Libsql.Statement => {
    const known = statements.get(sql);
    statements.delete(sql);
    const statement = known ?? database.prepare(sql);
    statements.set(sql, statement);
    if (statements.size > STATEMENTS) {
      for (const oldest of statements.keys()) {
        statements.delete(oldest);
        break;
      }
    }
    return statement;
  };

  return {
    run(sql, parameters) {
      const statement = prepared(sql);
      // A pragma without rows works step by step, and `run` takes only the first one.
      if (!statement.reader && sql.startsWith('pragma')) {
        database.exec(sql);
        return { rows: [], changes: 0 };
      }
      const bound = parameters.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value));
      if (statement.reader) return { rows: statement.all(bound).map(withBytes), changes: 0 };
      return { rows: [], changes: statement.run(bound).changes };
    },
    close: () => database.close(),
  };
}

// --- internal ---

function pragmasOf({ role, busyTimeout, maxBytes }: SqliteOptions): string[] {
  const both = [`pragma busy_timeout = ${Math.trunc(busyTimeout)}`, 'pragma cache_size = -8192'];
  if (role === 'reader') return [...both, 'pragma query_only = on'];
  if (role === 'cleaner') return both;
  return [
    ...both,
    // Holds only for a file without tables: the first thing it gets.
    'pragma auto_vacuum = incremental',
    'pragma journal_mode = wal',
    'pragma synchronous = full',
    'pragma foreign_keys = on',
    `pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    // The log keeps its largest size else.
    `pragma journal_size_limit = ${CHECKPOINT_PAGES * PAGE_BYTES}`,
    `pragma max_page_count = ${maxBytes > 0 ? Math.max(1, Math.floor(maxBytes / PAGE_BYTES)) : 0xfffffffe}`,
  ];
}

/**
 * Another connection that opens the file at the same time may have it for itself for a
 * moment, to switch it to its write-ahead log; SQLite does not wait for that by itself.
 */
function patiently(run: () => unknown): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const until = performance.now() + OPENING;
  for (;;) {
    try {
      run();
      return;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!code.startsWith('SQLITE_BUSY') || performance.now() > until) throw error;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}

/** A row whose bytes are arrays of bytes. */
function withBytes(row: unknown): unknown {
  const columns = row as Record<string, unknown>;
  for (const name in columns) {
    const value = columns[name];
    if (value instanceof ArrayBuffer) columns[name] = new Uint8Array(value);
  }
  return columns;
}
