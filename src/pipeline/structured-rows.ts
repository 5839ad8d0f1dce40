import { CaracalError } from '../errors.ts';
import { type Parser, type StructuredOptions, structuredWriter } from '../parse/index.ts';
import { openLogs, type ReadOptions } from '../read/index.ts';
import type { RecordBatch } from '../types.ts';
import { checksum } from '../util/checksum.ts';

/**
 * Makes the rows of `structured.csv` of logs that `parser` has learned; `learned` tells of
 * their batches. A chunk holds until the next.
 *
 * @throws CaracalError as `openLogs`, `E_FILE_UNREADABLE` where the logs have changed in between
 */
export type RenderRows = (
  paths: readonly string[],
  reading: ReadOptions,
  parser: Parser,
  learned: AsyncGenerator<LearnedBatch>,
  options: StructuredOptions,
) => AsyncGenerator<Uint8Array>;

/** In this thread. */
export const renderRows: RenderRows = async function* (paths, reading, parser, learned, options) {
  const write = structuredWriter(parser, options);
  const batches = batchesByNumber(paths, reading);
  let number = 0;
  try {
    for await (const part of learned) yield write(asLearned(await batches.batch(number++), part), part.numbers);
  } finally {
    await batches.close();
  }
};

/** Logs that are read once more. */
export interface NumberedBatches {
  /** The batch with this number, from 0; ask for them in their order. There may be none, where the logs have changed. */
  batch(number: number): Promise<RecordBatch | undefined>;
  close(): Promise<unknown>;
}

export function batchesByNumber(paths: readonly string[], reading: ReadOptions): NumberedBatches {
  const batches = readAgain(paths, reading);
  let next = 0;
  return {
    batch: async (number) => {
      for (; next < number; next++) await batches.next();
      next++;
      return (await batches.next()).value;
    },
    close: () => batches.return(undefined),
  };
}

/** What is known of a batch from when it was learned. */
export interface LearnedBatch {
  /** Template of each record. */
  readonly numbers: Int32Array;
  readonly stamp: number;
}

/**
 * By what a batch is known again: where the lines of its first `count` records stand, and what they say where their
 * bytes stand in a file as they are; of the last one only where it begins, for it may have been written half.
 */
export function stampOf({ place, bytes, start, offset, length }: RecordBatch, count: number): number {
  let stamp = count;
  for (let row = 0; row < count - 1; row++) stamp = Math.imul(stamp ^ length[row]! ^ offset[row]!, 0x01000193);
  if (place === undefined || count === 0) return stamp;
  return stamp ^ checksum(bytes.subarray(start[0], start[count - 1]));
}

/** A batch that was read once more, as it was when it was learned: a log may have grown since. */
export function asLearned(batch: RecordBatch | undefined, { numbers, stamp }: LearnedBatch): RecordBatch {
  const count = numbers.length;
  if (batch && batch.count >= count && stampOf(batch, count) === stamp) return { ...batch, count };
  throw new CaracalError(
    'E_FILE_UNREADABLE',
    'The logs have changed while they were parsed. Parse a copy of them, or wait until nothing is written to them.',
  );
}

// --- internal ---

async function* readAgain(paths: readonly string[], reading: ReadOptions): AsyncGenerator<RecordBatch, undefined> {
  yield* (await openLogs(paths, reading)).batches();
}
