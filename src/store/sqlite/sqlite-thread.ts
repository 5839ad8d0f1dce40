import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Failure, Question } from './messages.ts';
import { openSqlite, type SqliteConnection, type SqliteOptions } from './sqlite-connection.ts';

/** The thread of one connection: opens it when asked, then runs statements in the order in which they come. */
function main(options: SqliteOptions): void {
  let connection: SqliteConnection | undefined;
  parentPort?.on('message', ({ id, open, sql, parameters = [] }: Question) => {
    try {
      if (open) connection = openSqlite(options);
      if (connection && sql !== undefined) return answer({ id, result: connection.run(sql, parameters) });
      if (!open) connection?.close();
      answer({ id });
    } catch (error) {
      answer({ id, failed: failureOf(error) });
    }
    if (!connection || (!open && sql === undefined)) parentPort?.close();
  });
}

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

function failureOf(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { code, message: error instanceof Error ? error.message : String(error) };
}

main(workerData as SqliteOptions);
