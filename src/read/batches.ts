import type { RecordBatch } from '../types.ts';
import { ArchiveTrouble } from './archive-trouble.ts';
import { type Batcher, type BatchSource, createBatcher } from './batcher.ts';
import { createLineCutter, type LineBlock } from './lines.ts';
import { type BlockMemory, giveBlockMemory, takeBlockMemory } from './programs/block-memory.ts';

/** The bytes of one source, and what turning them into records needs. */
export interface StreamSource extends BatchSource {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Hand out what has come instead of waiting for a full batch. */
  readonly eager?: boolean;
}

/**
 * Turns the bytes of one source into batches, in constant memory: at most 2 MiB of
 * bytes and 65,536 records each, and the messages that are not a part of those bytes.
 */
export async function* readBatches(source: StreamSource): AsyncGenerator<RecordBatch> {
  const memory = takeBlockMemory();
  try {
    yield* readInto(memory, source);
  } finally {
    giveBlockMemory(memory);
  }
}

// --- internal ---

async function* readInto(memory: BlockMemory, source: StreamSource): AsyncGenerator<RecordBatch> {
  const cutter = createLineCutter(memory, source.from?.offset ?? 0);
  const batcher = createBatcher(source, memory);
  let skip = source.from?.offset ?? 0;
  try {
    for await (const chunk of source.chunks) {
      const part = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - part.length;
      yield* batches(cutter.push(part), batcher);
      if (source.eager) yield* batches(cutter.flush(), batcher);
    }
  } catch (error) {
    if (!(error instanceof ArchiveTrouble)) throw error;
    source.report.warn(error.code, source.file, 0);
  }
  yield* batches(cutter.end(), batcher);
  for (let rest = batcher.rest(); rest.count > 0; rest = batcher.rest()) yield rest;
}

function* batches(blocks: Generator<LineBlock>, batcher: Batcher): Generator<RecordBatch> {
  for (const block of blocks) {
    const batch = batcher.batch(block);
    if (batch.count > 0) yield batch;
  }
}
