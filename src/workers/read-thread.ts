import { parentPort, workerData } from 'node:worker_threads';
// Not all of `parse/`: its user waits while a thread starts.
import { scanBatch } from '../parse/scan-batch.ts';
import { createScanner, type ScannedRows } from '../parse/scanner.ts';
import { openLogs } from '../read/index.ts';
import { type FromReader, memoryOf, type ReaderTask, sendError, type ToReader } from './messages.ts';
import { detachBatch } from './sent-batch.ts';

/** Batches that wait to be taken before this thread scans them too, and before it waits itself. */
const ENOUGH = 4;
const MOST = 8;

/** The reading thread: opens logs, sends their batches in order, scans those that nobody waits for. */
async function main(task: ReaderTask): Promise<void> {
  const scanner = createScanner(task.program);
  let waiting = 0;
  let wake = (): void => {};
  /** Memory that came back. */
  const spareBytes: Uint8Array[] = [];
  const spareColumns: ArrayBuffer[] = [];
  const spareRows: ScannedRows[] = [];
  parentPort?.on('message', ({ bytes, columns, scanned }: ToReader) => {
    waiting--;
    spareBytes.push(bytes);
    if (columns) spareColumns.push(columns);
    if (scanned) spareRows.push(scanned);
    wake();
  });
  const reader = await openLogs(task.paths, { ...task.options, transient: true });
  post({ kind: 'opened', sources: reader.sources });
  for await (const batch of reader.batches()) {
    // Lets what was taken meanwhile be heard.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting >= MOST) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const scanned = waiting >= ENOUGH ? scanBatch(scanner, batch, spareRows.pop()) : undefined;
    const own = detachBatch(batch, { bytes: spareBytes.pop(), columns: spareColumns.pop() });
    waiting++;
    post({ kind: 'batch', batch: own.batch, scanned, report: reader.report() }, [
      ...own.memory,
      ...(scanned ? memoryOf(scanned) : []),
    ]);
  }
  post({ kind: 'end', report: reader.report() });
}

function post(message: FromReader, memory: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, memory);
}

try {
  await main(workerData as ReaderTask);
} catch (error) {
  post({ kind: 'failed', error: sendError(error) });
} finally {
  parentPort?.removeAllListeners('message');
  parentPort?.close();
}
