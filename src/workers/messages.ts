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

/** A batch on its way between threads: its strings stay behind, new ones are sent along as `SentNames`. */
export type SentBatch = Omit<RecordBatch, 'strings'>;

/** What a reading thread says. */
export type FromReader =
  | { readonly kind: 'opened'; readonly sources: readonly OpenedSource[] }
  | {
      readonly kind: 'batch';
      readonly batch: SentBatch;
      readonly names: SentNames;
      readonly scanned: ScannedRows | undefined;
      readonly report: ReadReport;
    }
  | { readonly kind: 'end'; readonly report: ReadReport }
  | { readonly kind: 'failed'; readonly error: SentError };

/** Which table a batch's `strings` is, and what it holds that no batch before brought. */
export interface SentNames {
  readonly table: number;
  readonly added: PackedStrings;
  /** A table that no batch will name again, -1 for none. */
  readonly forgotten: number;
}

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

/**
 * A batch whose memory nothing else uses, and that memory. Its bytes are copied, into
 * `spare` where they fit, its columns where they are parts of larger ones; the batch
 * itself is used up.
 */
export function detachBatch(
  batch: RecordBatch,
  spare: Uint8Array | undefined,
): { readonly batch: SentBatch; readonly memory: ArrayBuffer[] } {
  const { strings: _, ...columns } = batch;
  let first = batch.bytes.length;
  let behind = 0;
  for (let row = 0; row < batch.count; row++) {
    first = Math.min(first, batch.start[row]!);
    behind = Math.max(behind, batch.end[row]!);
  }
  const from = Math.min(first, behind);
  const bytes = spare && spare.length >= behind - from ? spare : new Uint8Array(behind - from);
  bytes.set(batch.bytes.subarray(from, behind));
  const start = batch.start.slice();
  const end = batch.end.slice();
  for (let row = 0; row < batch.count; row++) {
    start[row] = start[row]! - from;
    end[row] = end[row]! - from;
  }
  const own = {
    ...columns,
    bytes,
    time: detached(batch.time),
    level: detached(batch.level),
    host: detached(batch.host),
    app: detached(batch.app),
    pid: detached(batch.pid),
    line: detached(batch.line),
    offset: detached(batch.offset),
    length: detached(batch.length),
    start,
    end,
    repeat: detached(batch.repeat),
  };
  return { batch: own, memory: memoryOf(own) };
}

/** The memory of the arrays in an object. */
export function memoryOf(arrays: object): ArrayBuffer[] {
  return Object.values(arrays).flatMap((value) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? value.buffer : [],
  );
}

// --- internal ---

/** A column without what else its memory holds: other batches are parts of the same columns. */
function detached<T extends Float64Array | Int32Array | Uint8Array>(column: T): T {
  return column.byteLength === column.buffer.byteLength ? column : (column.slice() as T);
}
