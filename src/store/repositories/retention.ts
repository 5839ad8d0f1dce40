import type { Access, Database } from '../database.ts';
import type { RetentionLimits, RetentionStep, StoreSize } from '../types.ts';
import { dropRecords } from './old-records.ts';
import { dropAlerts, dropCounts, dropEvents, dropWindows, STEP_ROWS } from './old-results.ts';

/** Keeps the store within its bounds, in steps that hold up no writer for long. */
export interface Retention {
  /**
   * Deletes some of what is beyond the limits and gives space back to the disk. Call it
   * again while it says `more`.
   */
  step(limits: RetentionLimits): Promise<RetentionStep>;
  size(): Promise<StoreSize>;
}

const DAY = 86_400_000;

export function createRetention(access: Access, database: Database): Retention {
  const { read, now } = access;
  return {
    async step({ records, events, counts, alerts }) {
      const before = (limit: { readonly days?: number | undefined } | undefined): number | undefined =>
        limit?.days === undefined ? undefined : Math.floor(now() - limit.days * DAY);
      const oldest = await dropRecords(access, before(records), records?.bytes);
      const dropped = {
        events: await dropEvents(access, before(events)),
        counts: await dropCounts(access, before(counts)),
        alerts: await dropAlerts(access, before(alerts)),
        windows: await dropWindows(access, before(alerts)),
      };
      const full = Object.values(dropped).some((rows) => rows >= STEP_ROWS);
      const space = await database.shrink();
      return { records: oldest.rows, ...dropped, more: oldest.more || full || space };
    },

    async size() {
      const { records, bytes } = await read
        .selectFrom('record_chunks')
        .select(({ fn }) => [
          fn.sum<number | null>('records').as('records'),
          fn.sum<number | null>('bytes').as('bytes'),
        ])
        .executeTakeFirstOrThrow();
      return { records: records ?? 0, recordBytes: bytes ?? 0, databaseBytes: await database.size() };
    },
  };
}
