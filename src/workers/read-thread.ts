import { parentPort, workerData } from 'node:worker_threads';
// Not all of `parse/`: its user waits while a thread starts.
import { scanBatch } from '../parse/scan-batch.ts';
import { createScanner } from '../parse/scanner.ts';
import { openLogs } from '../read/index.ts';
import type { StringTable } from '../types.ts';
import { detachBatch, type FromReader, memoryOf, type ReaderTask, sendError, type ToReader } from './messages.ts';

/** Batches that wait to be taken before this thread scans them too, and before it waits itself. */
const ENOUGH = 2;
const MOST = 6;

/** The reading thread: opens logs, sends their batches in order, scans those that nobody waits for. */
async function main(task: ReaderTask): Promise<void> {
  const scanner = createScanner(task.program);
  let waiting = 0;
  let wake = (): void => {};
  parentPort?.on('message', ({ taken }: ToReader) => {
    waiting -= taken;
    wake();
  });
  const reader = await openLogs(task.paths, task.options);
  post({ kind: 'opened', sources: reader.sources });
  let known = 0;
  for await (const batch of reader.batches()) {
    // Lets what was taken meanwhile be heard.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting >= MOST) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const scanned = waiting >= ENOUGH ? scanBatch(scanner, batch) : undefined;
    const own = detachBatch(batch);
    const strings = newStrings(batch.strings, known);
    known += strings.length;
    waiting++;
    post({ kind: 'batch', batch: own.batch, strings, scanned, report: reader.report() }, [
      ...own.memory,
      ...(scanned ? memoryOf(scanned) : []),
    ]);
  }
  post({ kind: 'end', report: reader.report() });
}

function post(message: FromReader, memory: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, memory);
}

function newStrings(strings: StringTable, known: number): string[] {
  return Array.from({ length: strings.size - known }, (_, i) => strings.value(known + i));
}

try {
  await main(workerData as ReaderTask);
} catch (error) {
  post({ kind: 'failed', error: sendError(error) });
} finally {
  parentPort?.removeAllListeners('message');
  parentPort?.close();
}
