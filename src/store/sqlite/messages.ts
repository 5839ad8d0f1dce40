import type { Parameter } from '../parameters.ts';
import type { StatementResult } from './sqlite-connection.ts';

/** What the thread of a connection is asked: to open it, to run `sql`, or, without either, to close it. */
export interface Question {
  readonly id: number;
  readonly open?: true;
  readonly sql?: string;
  readonly parameters?: readonly Parameter[];
}

/** What it says; the answer to question 0 says whether the file could be opened. */
export interface Answer {
  readonly id: number;
  readonly result?: StatementResult;
  readonly failed?: Failure;
}

/** An error of SQLite as plain data. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}
