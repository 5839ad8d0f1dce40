import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import { insideTransaction } from './transaction-guard.ts';

/** The two kinds of database. */
export type DatabaseKind = 'sqlite' | 'postgres';

/** An open database: one way to write, and one to read that never waits for writers. */
export interface Database {
  readonly kind: DatabaseKind;
  readonly read: Kysely<Schema>;
  readonly write: Kysely<Schema>;
  /** Bytes on disk. */
  size(): Promise<number>;
  /** Gives some of the space of deleted rows back; true while there is more. */
  shrink(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * What a repository works on: an open database, or a transaction on it, in which
 * `read` sees what was written.
 */
export interface Access {
  readonly kind: DatabaseKind;
  readonly read: Kysely<Schema>;
  readonly write: Kysely<Schema>;
  now(): number;
  /** Runs several writes as one: in a transaction of their own, or in the one they are part of. */
  together<T>(write: (access: Access) => Promise<T>): Promise<T>;
}

/** Access outside of transactions. */
export function accessTo(database: Database, now: () => number): Access {
  const { kind } = database;
  return {
    ...{ kind, now },
    read: database.read,
    write: database.write,
    together: (write) =>
      database.write.transaction().execute((transaction) => {
        const inside: Access = { kind, now, read: transaction, write: transaction, together: (more) => more(inside) };
        return insideTransaction(database.write, () => write(inside));
      }),
  };
}
