import { CaracalError } from '../errors.ts';
import { type Parser, type StructuredOptions, structuredWriter } from '../parse/index.ts';
import { openLogs, type ReadOptions } from '../read/index.ts';
import type { RecordBatch } from '../types.ts';

/**
 * Makes the rows of `structured.csv` of logs that `parser` has learned; `numbers` are the
 * template numbers of their batches. A chunk holds until the next.
 *
 * @throws CaracalError as `openLogs`, `E_FILE_UNREADABLE` where the logs have changed in between
 */
export type RenderRows = (
  paths: readonly string[],
  reading: ReadOptions,
  parser: Parser,
  numbers: AsyncGenerator<Int32Array>,
  options: StructuredOptions,
) => AsyncGenerator<Uint8Array>;

/** In this thread. */
export const renderRows: RenderRows = async function* (paths, reading, parser, numbers, options) {
  const write = structuredWriter(parser, options);
  const batches = batchesByNumber(paths, reading);
  let number = 0;
  try {
    for await (const part of numbers) yield write(asLearned(await batches.batch(number++), part), part);
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

/** A batch that was read once more, as it was when these numbers were found: a log may have grown since. */
export function asLearned(batch: RecordBatch | undefined, { length }: Int32Array): RecordBatch {
  if (batch && batch.count >= length) return { ...batch, count: length };
  throw new CaracalError(
    'E_FILE_UNREADABLE',
    'The logs have changed while they were parsed. Parse a copy of them, or wait until nothing is written to them.',
  );
}

// --- internal ---

async function* readAgain(paths: readonly string[], reading: ReadOptions): AsyncGenerator<RecordBatch, undefined> {
  yield* (await openLogs(paths, reading)).batches();
}
