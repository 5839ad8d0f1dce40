import { CaracalError, type ErrorCode, type ErrorData } from '../errors.ts';
import type { ScannedRows, ScannerProgram } from '../parse/index.ts';
import type { OpenedSource, ReadBatch, ReadOptions, ReadReport } from '../read/index.ts';
import type { PackedStrings, RecordBatch } from '../types.ts';

/** What a reading thread is started with. */
export interface ReaderTask {
  readonly paths: readonly string[];
  readonly options: ReadOptions;
  readonly program: ScannerProgram;
}

/** A batch on its way between threads: its strings stay behind, new ones are sent along as `SentNames`. */
export interface SentBatch extends Omit<RecordBatch, 'strings'> {
  /** Where the names of each row stand in `bytes`: begin and end of its host, then of its program; nothing where they are no places. */
  readonly places: Int32Array;
}

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
  batch: ReadBatch,
  spare: Uint8Array | undefined,
): { readonly batch: SentBatch; readonly memory: ArrayBuffer[] } {
  const { strings: _, ...columns } = batch;
  const places = placesOf(batch);
  let first = batch.bytes.length;
  let behind = 0;
  for (let row = 0; row < batch.count; row++) {
    first = Math.min(first, batch.start[row]!);
    behind = Math.max(behind, batch.end[row]!);
  }
  for (let i = 0; i < places.length; i += 2) {
    if (places[i + 1] === 0) continue;
    first = Math.min(first, places[i]!);
    behind = Math.max(behind, places[i + 1]!);
  }
  const from = Math.min(first, behind);
  for (let i = 0; i < places.length; i++) places[i] = places[i]! - from;
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
    places,
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

/** The places of each row's names, one row behind the other; 0 where a name is none. */
function placesOf({ count, host, app, places }: ReadBatch): Int32Array<ArrayBuffer> {
  if (!places) return new Int32Array(0);
  const { start, end } = places;
  const all = new Int32Array(4 * count);
  for (let row = 0, at = 0; row < count; row++, at += 4) {
    const [ofHost, ofApp] = [-2 - host[row]!, -2 - app[row]!];
    if (ofHost >= 0) {
      all[at] = start[ofHost]!;
      all[at + 1] = end[ofHost]!;
    }
    if (ofApp >= 0) {
      all[at + 2] = start[ofApp]!;
      all[at + 3] = end[ofApp]!;
    }
  }
  return all;
}

/** A column without what else its memory holds: other batches are parts of the same columns. */
function detached<T extends Float64Array | Int32Array | Uint8Array>(column: T): T {
  return column.byteLength === column.buffer.byteLength ? column : (column.slice() as T);
}
