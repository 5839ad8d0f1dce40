import { once } from 'node:events';
import { createScanner, type ScannedRows, type ScannerProgram, scanBatch } from '../parse/index.ts';
import { bytesOfColumns, columnsIn, copyColumns, type LogReader, openLogs, type ReadOptions } from '../read/index.ts';
import type { RecordBatch } from '../types.ts';
import { createSummedBytes, type SummedBytes } from './checksum.ts';
import type { ScanTask } from './messages.ts';
import { createSlotMemory, SLOT_BYTES, SLOT_MESSAGES, type ScanSlots, slotsIn } from './scan-slots.ts';
import { startThread } from './start-thread.ts';

/** A batch, and what a scanner found in it where another thread had the time. It holds until the next is asked for. */
export interface ScannedBatch {
  readonly batch: RecordBatch;
  readonly scanned: ScannedRows | undefined;
}

/** Logs whose messages other threads scan. */
export interface ScannedLogs extends Pick<LogReader, 'sources' | 'report'> {
  /** As of `LogReader.batches`: the same batches in the same order. */
  batches(): AsyncGenerator<ScannedBatch>;
  /** When the other threads run; until then, this one does everything. */
  readonly running: Promise<unknown>;
}

/**
 * `openLogs` with other threads that scan messages while this one reads the next and
 * learns from those before. What they have not begun when it is asked for is not waited
 * for, so what a thread does with the batches alone decides nothing but how fast it goes:
 * a parser that is given them in their order, with what was scanned, learns exactly what
 * it learns in one thread.
 *
 * `program` is that of the parser that the batches are for (`Parser.program`), `threads`
 * the number of all threads. Call `batches` once and let it end, or leave it with
 * `return`: that ends the threads.
 *
 * @throws CaracalError as `openLogs`
 */
export async function openScannedLogs(
  paths: readonly string[],
  options: ReadOptions | undefined,
  program: ScannerProgram,
  threads: number,
): Promise<ScannedLogs> {
  const others = startThreads(program, threads - 1);
  try {
    const reader = await openLogs(paths, { ...options, transient: true });
    others.tell(reader.sources.map(({ name }) => name));
    return {
      sources: reader.sources,
      report: reader.report,
      running: others.running,
      batches: async function* () {
        try {
          yield* scanAhead(reader.batches(), program, others);
        } finally {
          others.slots.close();
        }
      },
    };
  } catch (error) {
    others.slots.close();
    throw error;
  }
}

// --- internal ---

/** Messages that are worth another thread's attention. */
const FEW = 64;
/** Batches that a thread may be behind or ahead. */
const AHEAD = 2;

interface Threads {
  readonly slots: ScanSlots;
  readonly running: Promise<unknown>;
  /** Rejects when one of them fails. */
  readonly failed: Promise<never>;
  /** Tells them the names of the logs. */
  tell(names: readonly string[]): void;
}

function startThreads(program: ScannerProgram, count: number): Threads {
  const memory = createSlotMemory(count + AHEAD);
  const task: ScanTask = { program, memory };
  const workers = Array.from({ length: count }, () => startThread(import.meta.url, 'scan-thread', task));
  const failed = Promise.race(
    workers.map(async (worker): Promise<never> => {
      throw (await once(worker, 'error'))[0];
    }),
  );
  // Where nobody waits for a thread, nobody misses it either.
  failed.catch(() => {});
  return {
    slots: slotsIn(memory),
    running: Promise.all(workers.map((worker) => once(worker, 'online'))),
    failed,
    tell: (names) => {
      for (const worker of workers) worker.postMessage(names);
    },
  };
}

/** A batch in memory of its own. */
interface KeptBatch {
  readonly number: number;
  readonly batch: RecordBatch;
  readonly offered: boolean;
}

async function* scanAhead(
  batches: AsyncIterable<RecordBatch>,
  program: ScannerProgram,
  { slots, failed }: Threads,
): AsyncGenerator<ScannedBatch> {
  const waiting: KeptBatch[] = [];
  const scanner = createScanner(program);
  /** Sources whose bytes do not stand in a file as they are. */
  const lost = new Set<number>();
  const keep = createKeeper(slots, lost);
  const scannedOf = async ({ number, batch, offered }: KeptBatch): Promise<ScannedBatch> => {
    if (!offered || slots.take(number)) return { batch, scanned: undefined };
    while (slots.stateOf(number) === 'taken' && helpOut()) {}
    if (slots.stateOf(number) === 'taken') await Promise.race([slots.untilFinished(number), failed]);
    if (slots.stateOf(number) === 'scanned') return { batch, scanned: slots.slot(number).scanned };
    lost.add(batch.source);
    return { batch, scanned: undefined };
  };
  /** Scans a batch that no other thread has begun; returns false where there is none. */
  const helpOut = (): boolean => {
    for (const { number, batch, offered } of [...waiting].reverse()) {
      if (!offered || !slots.take(number)) continue;
      scanBatch(scanner, batch, slots.slot(number).scanned);
      slots.finish(number, 'scanned');
      return true;
    }
    return false;
  };
  let number = 0;
  for await (const batch of batches) {
    waiting.push(keep(batch, number++));
    if (waiting.length === slots.count) yield await scannedOf(waiting.shift()!);
  }
  for (const kept of waiting) yield await scannedOf(kept);
}

/** Batches in memory of their own, offered where another thread can find their bytes. */
function createKeeper(slots: ScanSlots, lost: ReadonlySet<number>): (batch: RecordBatch, number: number) => KeptBatch {
  const memories = Array.from({ length: slots.count }, () => ({
    summed: createSummedBytes(),
    columns: new ArrayBuffer(0),
  }));
  return (batch, number) => {
    const memory = memories[number % slots.count]!;
    const { count, source, place } = batch;
    const room = bytesOfColumns(count);
    if (memory.columns.byteLength < room) memory.columns = new ArrayBuffer(room);
    const own = copyColumns(batch, columnsIn(memory.columns, count));
    const { from, to, sum } = extentOf(own);
    const size = to - from;
    const fits = size <= SLOT_BYTES;
    const bytes = fits ? memory.summed.bytes.subarray(0, size) : new Uint8Array(size);
    bytes.set(batch.bytes.subarray(from, to));
    for (let row = 0; row < count; row++) {
      own.start[row] = own.start[row]! - from;
      own.end[row] = own.end[row]! - from;
    }
    // Messages that overlap might have more tokens than there is room for.
    const offered = fits && sum <= size && count >= FEW && place !== undefined && !lost.has(source);
    if (offered) {
      const slot = slots.slot(number);
      slot.start.set(own.start);
      slot.end.set(own.end);
      const checksum = memory.summed.sum(size);
      slots.offer(number, { source, place: place + from, bytes: size, checksum, messages: count });
    }
    return { number, batch: { ...batch, ...own, bytes }, offered };
  };
}

/** The bytes in which messages stand, and how many they are together. */
function extentOf({ start, end }: Pick<RecordBatch, 'start' | 'end'>): { from: number; to: number; sum: number } {
  let from = start[0] ?? 0;
  let to = 0;
  let sum = 0;
  for (let row = 0; row < start.length; row++) {
    if (start[row]! < from) from = start[row]!;
    if (end[row]! > to) to = end[row]!;
    sum += end[row]! - start[row]!;
  }
  return { from, to: Math.max(from, to), sum };
}
