import { AsyncLocalStorage } from 'node:async_hooks';
import { CaracalError } from '../errors.ts';

const writing = new AsyncLocalStorage<object>();

/** Runs what belongs to a transaction on `database`. */
export function insideTransaction<T>(database: object, run: () => Promise<T>): Promise<T> {
  return writing.run(database, run);
}

/**
 * Where a transaction writes past itself, through the store and not through what it
 * was given, it would wait for itself (SQLite) or not be undone with the rest (PostgreSQL).
 *
 * @throws CaracalError E_INTERNAL
 */
export function refuseInsideTransaction(database: object): void {
  if (writing.getStore() !== database) return;
  throw new CaracalError(
    'E_INTERNAL',
    'A transaction writes through the store and not through what it was given. Use the argument of transaction().',
  );
}

/** What a transaction gets that goes on after one of its statements failed: it cannot hold any more. */
export function spoiledTransaction(): CaracalError {
  return new CaracalError(
    'E_INTERNAL',
    'A transaction went on after one of its statements failed, and was undone. Let the error through.',
  );
}
