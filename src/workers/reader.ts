import type { Worker } from 'node:worker_threads';
import type { ScannedRows, ScannerProgram } from '../parse/index.ts';
import type { OpenedSource, ReadOptions, ReadReport } from '../read/index.ts';
import type { RecordBatch } from '../types.ts';
import { createStringTable } from '../util/tables.ts';
import { type FromReader, memoryOf, type ReaderTask, receiveError, type ToReader } from './messages.ts';
import { attachBatch } from './sent-batch.ts';
import { startThread } from './start-thread.ts';

/** A batch, and what a scanner found in it where another thread had the time. */
export interface ScannedBatch {
  readonly batch: RecordBatch;
  readonly scanned: ScannedRows | undefined;
}

/** Logs that another thread reads. */
export interface ScannedLogs {
  readonly sources: readonly OpenedSource[];
  /** As of `LogReader.batches`: the same batches in the same order. */
  batches(): AsyncGenerator<ScannedBatch>;
  report(): ReadReport;
}

/**
 * `openLogs` in a thread of its own, which reads ahead and, when it is ahead, also scans
 * the messages: what this thread then does with the batches alone decides nothing but
 * how fast it goes. A parser that is given the batches in their order, with what was
 * scanned, learns exactly what it learns in one thread.
 *
 * `program` is that of the parser that the batches are for (`Parser.program`).
 * Call `batches` once and let it end, or leave it with `return`: that ends the thread.
 *
 * @throws CaracalError as `openLogs`
 */
export async function openLogsAside(
  paths: readonly string[],
  options: ReadOptions | undefined,
  program: ScannerProgram,
): Promise<ScannedLogs> {
  const task: ReaderTask = { paths, options: options ?? {}, program };
  const thread = startThread(import.meta.url, 'read-thread', task);
  const next = inbox(thread);
  const first = await next();
  if (first.kind === 'failed') throw receiveError(first.error);
  if (first.kind !== 'opened') throw new RangeError(`a reading thread began with ${first.kind}`);
  const names = options?.transient === true ? undefined : createStringTable();
  let report: ReadReport | undefined;
  return {
    sources: first.sources,
    batches: async function* () {
      try {
        for (;;) {
          const message = await next();
          if (message.kind === 'failed') throw receiveError(message.error);
          if (message.kind === 'opened') throw new RangeError('a reading thread has opened its logs twice');
          report = message.report;
          if (message.kind === 'end') return;
          yield { batch: attachBatch(message.batch, names), scanned: message.scanned };
          const { bytes, time } = message.batch;
          // Columns that may be kept stay here.
          const columns = names ? undefined : time.buffer;
          const back: ToReader = { bytes, columns: columns as ArrayBuffer | undefined, scanned: message.scanned };
          thread.postMessage(back, memoryOf({ bytes, columns, ...back.scanned }));
        }
      } finally {
        await thread.terminate();
      }
    },
    report: () => {
      if (!report) throw new RangeError('the report of logs that were not read was asked for');
      return report;
    },
  };
}

// --- internal ---

/** Hands out what a thread says, in its order; fails where the thread dies. */
function inbox(thread: Worker): () => Promise<FromReader> {
  const messages: FromReader[] = [];
  let failure: Error | undefined;
  let wake = (): void => {};
  const fail = (error: Error): void => {
    failure ??= error;
    wake();
  };
  thread.on('message', (message: FromReader) => {
    messages.push(message);
    wake();
  });
  thread.on('error', fail);
  thread.on('exit', (code) => fail(new RangeError(`a reading thread has ended with code ${code}`)));
  return async () => {
    for (;;) {
      const message = messages.shift();
      if (message) return message;
      if (failure) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}
