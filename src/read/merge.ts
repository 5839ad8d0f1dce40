import type { RecordBatch } from '../types.ts';
import { sliceBatch } from './columns.ts';

/** A source that can be read once, and the time of its first record. */
export interface TimedSource {
  /** Epoch ms; `NaN` where no record has a time. */
  readonly firstTime: number;
  batches(): AsyncIterable<RecordBatch>;
}

/**
 * Reads sources in time order. A source is opened when the clock reaches its first
 * record, so that whole files follow one another where they do not overlap; where they
 * do, their records are interleaved by time, and a batch is cut where another source
 * has the next record. Within a source the order of its lines is kept: a line without
 * time, or earlier than the one before, counts as late as the latest line before it.
 * On equal times the source that comes first in the list goes first. Sources without
 * any time come last, one after the other.
 */
export async function* mergeByTime(sources: readonly TimedSource[]): AsyncGenerator<RecordBatch> {
  const waiting = sources
    .map((source, order) => ({ source, order }))
    .sort((a, b) => compareTimes(a.source.firstTime, b.source.firstTime) || a.order - b.order);
  const open: Cursor[] = [];
  try {
    for (;;) {
      let current = earliest(open);
      while (waiting[0] && (!current || !(waiting[0].source.firstTime > current.clock))) {
        const next = waiting[0];
        if (current && Number.isNaN(next.source.firstTime)) break;
        waiting.shift();
        const cursor = createCursor(next.source.batches(), next.order);
        if (await cursor.fetch()) open.push(cursor);
        current = earliest(open);
      }
      if (!current) return;
      const rival = earliest(open.filter((cursor) => cursor !== current));
      const limit = Math.min(
        rival?.clock ?? Number.POSITIVE_INFINITY,
        waiting[0]?.source.firstTime ?? Number.POSITIVE_INFINITY,
      );
      yield current.take(
        Number.isNaN(limit) ? Number.POSITIVE_INFINITY : limit,
        rival ? current.order < rival.order : true,
      );
      if (current.exhausted && !(await current.fetch())) open.splice(open.indexOf(current), 1);
    }
  } finally {
    for (const cursor of open) await cursor.close();
  }
}

// --- internal ---

interface Cursor {
  readonly order: number;
  /** Time of the next record. */
  readonly clock: number;
  readonly exhausted: boolean;
  /** Gets the next batch; false at the end. */
  fetch(): Promise<boolean>;
  /** The records before `limit`, at least one; with `ties`, also those at `limit`. */
  take(limit: number, ties: boolean): RecordBatch;
  close(): Promise<void>;
}

function createCursor(batches: AsyncIterable<RecordBatch>, order: number): Cursor {
  const iterator = batches[Symbol.asyncIterator]();
  let batch: RecordBatch | undefined;
  let at = 0;
  let clock = Number.NEGATIVE_INFINITY;
  const advance = (): void => {
    const time = batch && at < batch.count ? batch.time[at]! : Number.NaN;
    if (time > clock) clock = time;
  };
  return {
    order,
    get clock() {
      return clock;
    },
    get exhausted() {
      return !batch || at >= batch.count;
    },
    fetch: async () => {
      const { value, done } = await iterator.next();
      batch = done ? undefined : value;
      at = 0;
      advance();
      return batch !== undefined;
    },
    take: (limit, ties) => {
      if (!batch) throw new RangeError('there is no batch to take records from');
      const from = at;
      if (limit === Number.POSITIVE_INFINITY) at = batch.count;
      else {
        do {
          at++;
          advance();
        } while (at < batch.count && (clock < limit || (ties && clock === limit)));
      }
      return sliceBatch(batch, from, at);
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}

function earliest(cursors: readonly Cursor[]): Cursor | undefined {
  let best: Cursor | undefined;
  for (const cursor of cursors) {
    if (!best || cursor.clock < best.clock || (cursor.clock === best.clock && cursor.order < best.order)) best = cursor;
  }
  return best;
}

function compareTimes(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}
