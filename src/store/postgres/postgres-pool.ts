import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { toParameters } from '../parameters.ts';
import { spoiledTransaction } from '../transaction-guard.ts';
import { postgresError } from './postgres-errors.ts';

/** Numbers that PostgreSQL sends as text because they might not fit: ours do. */
const INT8 = 20;
const NUMERIC = 1700;
const BYTEA = 17;

/** Connections to one server, whose errors are ours. */
export interface Pool {
  /** The pool for Kysely. `guard` is called before a connection is given. */
  guarded(guard: () => void): PostgresPool;
  close(): Promise<void>;
}

/** Opens a pool; no connection is made yet. `place` names the database in errors, without the password. */
export function openPool(url: string, place: string): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    application_name: 'caracal',
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser: typeParser },
  });
  // A server that goes away ends idle connections; without a listener that would end the program.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const failed = (error: unknown): never => {
    throw postgresError(error, place);
  };
  const connected = async (): Promise<pg.PoolClient> => {
    try {
      return await pool.connect();
    } catch (error) {
      return failed(error);
    }
  };
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();

  return {
    guarded: (guard) => ({
      async connect() {
        guard();
        const client = await connected();
        const known = clients.get(client) ?? wrap(client, failed);
        clients.set(client, known);
        return known;
      },
      end: async () => {},
    }),
    close: () => pool.end(),
  };
}

// --- internal ---

/** Numbers are numbers, bytes are arrays of bytes. */
function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 || oid === NUMERIC) return Number;
  const parse = pg.types.getTypeParser(oid, format as 'text');
  return oid === BYTEA ? (value) => Uint8Array.from(parse(value) as Uint8Array) : parse;
}

function wrap(client: pg.PoolClient, failed: (error: unknown) => never): PostgresPoolClient {
  return {
    async query<R>(text: unknown, parameters: readonly unknown[] = []) {
      const sql = String(text);
      const result = await client.query(sql, toParameters(parameters)).catch((error: unknown) => {
        // Nothing is left to be undone where the connection is lost; the error that led here tells more.
        if (sql === 'rollback') return { command: 'ROLLBACK' as const, rowCount: 0, rows: [] };
        return failed(error);
      });
      if (sql === 'commit' && result.command === 'ROLLBACK') {
        throw spoiledTransaction();
      }
      return result as R;
    },
    release: () => client.release(),
  } as PostgresPoolClient;
}
