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
  const batches = everyNthBatch(paths, reading, 0, 1);
  for await (const part of numbers) yield write(asLearned((await batches.next()).value, part), part);
  await batches.return(undefined);
};

/** One in `parts` of the batches of logs: those whose number leaves the rest `part`. */
export async function* everyNthBatch(
  paths: readonly string[],
  reading: ReadOptions,
  part: number,
  parts: number,
): AsyncGenerator<RecordBatch, undefined> {
  let number = 0;
  for await (const batch of (await openLogs(paths, reading)).batches()) if (number++ % parts === part) yield batch;
}

/** A batch that was read once more, as it was when these numbers were found: a log may have grown since. */
export function asLearned(batch: RecordBatch | undefined, { length }: Int32Array): RecordBatch {
  if (batch && batch.count >= length) return { ...batch, count: length };
  throw new CaracalError(
    'E_FILE_UNREADABLE',
    'The logs have changed while they were parsed. Parse a copy of them, or wait until nothing is written to them.',
  );
}
