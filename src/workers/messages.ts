import { CaracalError, type ErrorCode, type ErrorData } from '../errors.ts';
import type { FoldOutcome } from '../models/index.ts';
import type { ScannedRows, ScannerProgram } from '../parse/index.ts';
import type { OpenedSource, ReadOptions, ReadReport } from '../read/index.ts';
import type { PackedStrings, RecordBatch } from '../types.ts';

/** What a reading thread is started with. */
export interface ReaderTask {
  readonly paths: readonly string[];
  readonly options: ReadOptions;
  readonly program: ScannerProgram;
}

/** A batch on its way between threads; its names are numbers of strings that come with it. */
export interface SentBatch extends Omit<RecordBatch, 'strings'> {
  readonly names: PackedStrings;
}

/** What a reading thread says. */
export type FromReader =
  | { readonly kind: 'opened'; readonly sources: readonly OpenedSource[] }
  | {
      readonly kind: 'batch';
      readonly batch: SentBatch;
      readonly scanned: ScannedRows | undefined;
      readonly report: ReadReport;
    }
  | { readonly kind: 'end'; readonly report: ReadReport }
  | { readonly kind: 'failed'; readonly error: SentError };

/** What a reading thread is told: that a batch was taken, with the memory of its bytes, of its columns where these are not kept, and of what was scanned. */
export interface ToReader {
  readonly bytes: Uint8Array;
  readonly columns: ArrayBuffer | undefined;
  readonly scanned: ScannedRows | undefined;
}

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

/** The memory in an object and of the arrays in it, each once. */
export function memoryOf(arrays: object): ArrayBuffer[] {
  const all = Object.values(arrays).map((value) => (ArrayBuffer.isView(value) ? value.buffer : value));
  return [...new Set(all)].filter((value) => value instanceof ArrayBuffer);
}

/** What a thread that ran a fold says. */
export type FromFold =
  | { readonly outcome: FoldOutcome }
  | { readonly outcome?: never; readonly failed: { readonly code: ErrorCode; readonly message: string } };
