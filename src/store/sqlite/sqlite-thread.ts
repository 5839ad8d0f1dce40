import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Failure, Question } from './messages.ts';
import { openSqlite, type SqliteConnection, type SqliteOptions } from './sqlite-connection.ts';

/** The thread of one connection: runs statements in the order in which they come. */
function main(options: SqliteOptions): void {
  let connection: SqliteConnection;
  try {
    connection = openSqlite(options);
    answer({ id: 0 });
  } catch (error) {
    answer({ id: 0, failed: failureOf(error) });
    parentPort?.close();
    return;
  }
  parentPort?.on('message', ({ id, sql, parameters = [] }: Question) => {
    try {
      if (sql !== undefined) return answer({ id, result: connection.run(sql, parameters) });
      connection.close();
      answer({ id });
    } catch (error) {
      answer({ id, failed: failureOf(error) });
    }
    if (sql === undefined) parentPort?.close();
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
