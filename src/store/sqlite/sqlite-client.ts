import { startThread } from '../../workers/start-thread.ts';
import { toParameters } from '../parameters.ts';
import type { Answer, Question } from './messages.ts';
import type { SqliteOptions, StatementResult } from './sqlite-connection.ts';
import { sqliteError } from './sqlite-errors.ts';

/** A connection in a thread of its own, so that neither a long search nor a slow disk holds the program up. */
export interface SqliteClient {
  run(sql: string, parameters: readonly unknown[]): Promise<StatementResult>;
  close(): Promise<void>;
}

/**
 * Opens a connection.
 *
 * @param after what it waits for with opening the file, not with starting its thread
 * @throws CaracalError as `sqliteError` names them
 */
export async function openSqliteClient(options: SqliteOptions, after?: Promise<unknown>): Promise<SqliteClient> {
  const thread = startThread(import.meta.url, 'sqlite-thread', options);
  const waiting = new Map<number, { resolve(result: StatementResult): void; reject(error: Error): void }>();
  let last = -1;
  let ended: Error | undefined;

  thread.on('message', ({ id, result, failed }: Answer) => {
    const question = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) thread.unref();
    if (failed) question?.reject(sqliteError(failed, options.path));
    else question?.resolve(result ?? { rows: [], changes: 0 });
  });
  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  thread.on('error', (error) => end(sqliteError({ code: 'THREAD', message: error.message }, options.path)));
  thread.on('exit', () => end(sqliteError({ code: 'CLOSED', message: 'it is closed' }, options.path)));

  const ask = (question: Omit<Question, 'id'>): Promise<StatementResult> => {
    if (ended) return Promise.reject(ended);
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      // An idle connection does not keep a program alive.
      thread.ref();
      thread.postMessage({ id, ...question } satisfies Question);
    });
  };

  try {
    await after;
  } catch (error) {
    await thread.terminate();
    throw error;
  }
  await ask({ open: true });
  return {
    run: async (sql, parameters) => ask({ sql, parameters: toParameters(parameters) }),
    async close() {
      if (ended) return;
      const gone = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      await ask({});
      // Its end is waited for, idle or not.
      thread.ref();
      await gone;
    },
  };
}
