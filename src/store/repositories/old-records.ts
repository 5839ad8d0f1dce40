import type { Access } from '../database.ts';
import { STEP_ROWS } from './old-results.ts';
import { CHUNK_IDS } from './record-ids.ts';

/** Chunks that a step looks at. */
const CHUNKS = 100;

/**
 * Deletes the oldest lines, by chunks: those received before a time, and as many more
 * as it takes to keep no more than so many bytes. Gives how many lines went, and whether there may be more to do.
 */
export function dropRecords(
  access: Access,
  before: number | undefined,
  most: number | undefined,
): Promise<{ readonly rows: number; readonly more: boolean }> {
  if (before === undefined && most === undefined) return Promise.resolve({ rows: 0, more: false });
  return access.together(async ({ write }) => {
    const { total } = await write
      .selectFrom('record_chunks')
      .select(({ fn }) => fn.sum<number | null>('bytes').as('total'))
      .executeTakeFirstOrThrow();
    const oldest = await write.selectFrom('record_chunks').selectAll().orderBy('id').limit(CHUNKS).execute();
    let bytes = total ?? 0;
    let rows = 0;
    let last: number | undefined;
    for (const chunk of oldest) {
      const tooOld = before !== undefined && chunk.received < before;
      const tooMuch = most !== undefined && bytes > most;
      if (!(tooOld || tooMuch) || rows >= STEP_ROWS) break;
      bytes -= chunk.bytes;
      rows += chunk.records;
      last = chunk.id;
    }
    if (last === undefined) return { rows: 0, more: false };
    await write
      .deleteFrom('records')
      .where('id', '<', (last + 1) * CHUNK_IDS)
      .execute();
    await write.deleteFrom('record_chunks').where('id', '<=', last).execute();
    return { rows, more: rows >= STEP_ROWS || (oldest.length === CHUNKS && last === oldest.at(-1)?.id) };
  });
}
