import { CaracalError, type ErrorCode, type ErrorData } from '../errors.ts';
import type { FoldOutcome } from '../models/index.ts';
import type { ScannerProgram } from '../parse/index.ts';
import type { ReadOptions } from '../read/index.ts';
import type { LearnedBatch } from '../types.ts';

/** What a scanning thread is started with. */
export interface ScanTask {
  readonly program: ScannerProgram;
  /** Of `createSlotMemory`. */
  readonly memory: SharedArrayBuffer;
  /** Names of the logs. */
  readonly names: readonly string[];
}

/** What a rendering thread is told first. */
export interface RenderTask {
  readonly paths: readonly string[];
  readonly reading: ReadOptions;
  /** Of `Parser.encode`. */
  readonly parser: Uint8Array;
  readonly parameters: boolean;
}

/** A batch to render, later than those before, and the columns of templates that the thread has not met. */
export interface ToRenderer extends LearnedBatch {
  readonly batch: number;
  readonly fields: ReadonlyMap<number, Uint8Array>;
  /** Memory for its rows, where it is enough. */
  readonly spare: ArrayBuffer | undefined;
}

/** What it says: rows of these batches, in their order. */
export type FromRenderer = { readonly rows: Uint8Array } | { readonly rows?: never; readonly failed: SentError };

/** An error on its way between threads. */
export interface SentError {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly data: ErrorData;
  readonly stack: string | undefined;
}

/** An error as plain data. */
export function sendError(error: unknown): SentError {
  if (error instanceof CaracalError) {
    return { code: error.code, message: error.message, data: error.data, stack: error.stack };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: undefined, message, data: {}, stack };
}

/** The same error in this thread. */
export function receiveError({ code, message, data, stack }: SentError): Error {
  const error = code === undefined ? new Error(message) : new CaracalError(code, message, data);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** What a thread that ran a fold says. */
export type FromFold =
  | { readonly outcome: FoldOutcome }
  | { readonly outcome?: never; readonly failed: { readonly code: ErrorCode; readonly message: string } };
