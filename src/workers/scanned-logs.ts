import { once } from 'node:events';
import { createScanner, type ScannedRows, type ScannerProgram, scanBatch } from '../parse/index.ts';
import { type LogReader, openLogs, type ReadOptions } from '../read/index.ts';
import type { RecordBatch } from '../types.ts';
import { checksum } from '../util/checksum.ts';
import type { ScanTask } from './messages.ts';
import { createSlotMemory, MOST_BYTES, MOST_MESSAGES, type ScanSlots, slotsIn } from './scan-slots.ts';
import { startThread } from './start-thread.ts';

/** A batch, and what was found in its messages where another thread had the time. It holds until the next is asked for. */
export interface ScannedBatch {
  readonly batch: RecordBatch;
  readonly scanned: ScannedRows | undefined;
}

/** Logs whose messages other threads scan. */
export interface ScannedLogs extends Pick<LogReader, 'sources' | 'report'> {
  /** As of `LogReader.batches`: the same batches in the same order. */
  batches(): AsyncGenerator<ScannedBatch>;
}

/** Threads that scan, for one set of logs. */
export interface ScanThreads {
  /**
   * `openLogs` with messages that these threads scan while this one reads the next and
   * learns from those before. What they have not begun when it is asked for is not waited
   * for, so what a thread does with the batches alone decides nothing but how fast it goes:
   * a parser that is given them in their order, with what was found, learns exactly what it
   * learns in one thread.
   *
   * `program` is that of the parser that the batches are for (`Parser.program`). Open logs
   * once; call `batches` once and let it end, or leave it with `return`: that ends the threads.
   *
   * @throws CaracalError as `openLogs`
   */
  open(paths: readonly string[], options: ReadOptions | undefined, program: ScannerProgram): Promise<ScannedLogs>;
  /** When one of them looks for work, which is some time after `open`; until then, `batches` gives out what this thread reads. */
  ready(): Promise<void>;
  /** Ends them, where no batches were asked for. */
  close(): Promise<void>;
}

/** Starts so many threads that scan. They take a twentieth of a second to start, so this is best done early. */
export function startScanThreads(count: number): ScanThreads {
  const memory = createSlotMemory(count + AHEAD);
  const slots = slotsIn(memory);
  const workers = Array.from({ length: count }, () => startThread(import.meta.url, 'scan-thread', undefined));
  const failed = Promise.race(
    workers.map(async (worker): Promise<never> => {
      throw (await once(worker, 'error'))[0];
    }),
  );
  // Where nobody waits for a thread, nobody misses it either.
  failed.catch(() => {});
  const close = async (): Promise<void> => {
    slots.close();
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  return {
    ready: slots.untilWatched,
    close,
    open: async (paths, options, program) => {
      const reader = await openLogs(paths, { ...options, transient: true, held: slots.count });
      const task: ScanTask = { program, memory, names: reader.sources.map(({ name }) => name) };
      for (const worker of workers) worker.postMessage(task);
      return {
        sources: reader.sources,
        report: reader.report,
        batches: async function* () {
          try {
            yield* scanAhead(reader.batches(), program, slots, failed);
          } finally {
            slots.close();
          }
        },
      };
    },
  };
}

// --- internal ---

/** Batches that a thread may be behind or ahead. */
const AHEAD = 6;

/** A batch, and whether it was offered to other threads. */
interface OfferedBatch {
  readonly number: number;
  readonly batch: RecordBatch;
  readonly offered: boolean;
}

async function* scanAhead(
  batches: AsyncIterable<RecordBatch>,
  program: ScannerProgram,
  slots: ScanSlots,
  /** Rejects when a thread fails. */
  failed: Promise<never>,
): AsyncGenerator<ScannedBatch> {
  const waiting: OfferedBatch[] = [];
  const scanner = createScanner(program);
  /** Sources whose bytes do not stand in a file as they are. */
  const lost = new Set<number>();
  const scannedOf = async ({ number, batch, offered }: OfferedBatch): Promise<ScannedRows | undefined> => {
    if (!offered || slots.take(number)) return undefined;
    while (slots.stateOf(number) === 'taken' && helpOut()) {}
    if (slots.stateOf(number) === 'taken') await Promise.race([slots.untilFinished(number), failed]);
    if (slots.stateOf(number) === 'scanned') return slots.slot(number).scanned;
    lost.add(batch.source);
    return undefined;
  };
  /** Scans a batch that no other thread has begun; returns false where there is none. */
  const helpOut = (): boolean => {
    const free = waiting.findLast(({ number, offered }) => offered && slots.take(number));
    if (!free) return false;
    scanBatch(scanner, free.batch, slots.slot(free.number).scanned);
    slots.finish(free.number, 'scanned');
    return true;
  };
  let number = 0;
  for await (const batch of batches) {
    if (!slots.watched) {
      yield { batch, scanned: undefined };
      continue;
    }
    waiting.push({ number, batch, offered: !lost.has(batch.source) && offer(batch, number, slots) });
    number++;
    if (waiting.length === slots.count) yield await next();
  }
  while (waiting.length > 0) yield await next();

  async function next(): Promise<ScannedBatch> {
    const first = waiting.shift()!;
    return { batch: first.batch, scanned: await scannedOf(first) };
  }
}

/** Offers a batch that another thread may find; returns false where none could. */
function offer({ bytes, place, count, start, end, source }: RecordBatch, number: number, slots: ScanSlots): boolean {
  if (place === undefined || count === 0 || count > MOST_MESSAGES || bytes.length > MOST_BYTES) return false;
  let size = 0;
  for (let row = 0; row < count; row++) size += end[row]! - start[row]!;
  // A few messages out of many bytes are scanned faster than offered; those that overlap may have too many tokens.
  if (4 * size < bytes.length || size > bytes.length) return false;
  const slot = slots.slot(number);
  slot.start.set(start);
  slot.end.set(end);
  slots.offer(number, { source, place, bytes: bytes.length, checksum: checksum(bytes), messages: count });
  return true;
}
