import type { RecordBatch } from '../types.ts';
import { ArchiveTrouble } from './archive-trouble.ts';
import { type Batcher, type BatchSource, createBatcher } from './batcher.ts';
import { createLineCutter, type LineBlock, type LineCutter } from './lines.ts';
import { createBlockMemories } from './programs/block-memory.ts';

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
export async function* readBatches(
  source: StreamSource,
  memories = createBlockMemories(),
): AsyncGenerator<RecordBatch> {
  const cutter = createLineCutter(memories, source.from?.offset ?? 0);
  try {
    yield* cutLines(cutter, source);
  } finally {
    cutter.close();
  }
}

// --- internal ---

async function* cutLines(cutter: LineCutter, source: StreamSource): AsyncGenerator<RecordBatch> {
  const batcher = createBatcher(source);
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
