import { CaracalError } from '../errors.ts';
import type { LearnedBatch, RecordBatch } from '../types.ts';
import { checksum } from '../util/checksum.ts';
import { openLogs } from './open-logs.ts';
import type { ReadOptions } from './read-options.ts';

/** Logs that are read once more. */
export interface NumberedBatches {
  /** The batch with this number, from 0; ask for them in their order. There may be none, where the logs have changed. */
  batch(number: number): Promise<RecordBatch | undefined>;
  close(): Promise<unknown>;
}

/** The batches of logs by their numbers. */
export function batchesByNumber(paths: readonly string[], options: ReadOptions): NumberedBatches {
  const batches = readAgain(paths, options);
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

/**
 * By what a batch is known again: where the lines of its first `count` records stand, and what they say where their
 * bytes stand in a file as they are; of the last one only where it begins, for it may have been written half.
 */
export function stampOf({ source, place, bytes, start, offset, length }: RecordBatch, count: number): number {
  if (count === 0) return 0;
  let stamp = Math.imul(source + 1, FACTOR) ^ offset[count - 1]!;
  for (let row = 0; row < count - 1; row++) stamp = Math.imul(stamp ^ length[row]! ^ offset[row]!, FACTOR);
  if (place === undefined) return stamp;
  return stamp ^ checksum(bytes.subarray(start[0], start[count - 1]));
}

/**
 * A batch that was read once more, as it was when it was learned: a log may have grown since.
 *
 * @throws CaracalError `E_FILE_UNREADABLE` where it is another one
 */
export function asLearned(batch: RecordBatch | undefined, { numbers, stamp }: LearnedBatch): RecordBatch {
  const count = numbers.length;
  if (batch && batch.count >= count && stampOf(batch, count) === stamp) return { ...batch, count };
  throw new CaracalError(
    'E_FILE_UNREADABLE',
    'The logs have changed while they were parsed. Parse a copy of them, or wait until nothing is written to them.',
  );
}

// --- internal ---

/** Odd, so that no product loses what went into it. */
const FACTOR = 0x01000193;

async function* readAgain(paths: readonly string[], options: ReadOptions): AsyncGenerator<RecordBatch, undefined> {
  yield* (await openLogs(paths, options)).batches();
}
