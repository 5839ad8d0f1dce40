import { CaracalError, type ErrorCode, type ErrorData } from '../errors.ts';
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

/** What a reading thread is told: that a batch was taken, with the memory of its bytes and of what was scanned. */
export interface ToReader {
  readonly bytes: Uint8Array;
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

/** The memory of the arrays in an object. */
export function memoryOf(arrays: object): ArrayBuffer[] {
  return Object.values(arrays).flatMap((value) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? value.buffer : [],
  );
}
