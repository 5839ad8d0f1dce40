import type { Json, Store, StoredSource } from '../store/index.ts';
import type { Delivery, Feed, FeedItem, LiveSource, Position, StreamClock } from '../stream/index.ts';

/** A source that is open. */
export interface Lane {
  readonly source: LiveSource;
  readonly stored: StoredSource;
  readonly feed: Feed;
  /** Why it cannot be read, `null` while it can. */
  error: string | null;
  ended: boolean;
}

/** An item that waits for its turn. */
export interface Waiting {
  readonly lane: Lane;
  readonly item: FeedItem;
}

/** Reads all sources ahead, in bounded memory, and gives what has come. */
export interface Lanes {
  readonly lanes: readonly Lane[];
  /**
   * What has come since the last time, in the order of its arrival, at most `most` lines
   * unless one item alone has more; waits for something, but not longer than `patience` ms.
   */
  next(most: number, patience: number): Promise<Waiting[]>;
  readonly waitingLines: number;
  /** Every source has ended. */
  readonly over: boolean;
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Lines, and items, that wait here at most, beside what the sources hold themselves. */
const MOST_WAITING = 32_768;
const MOST_ITEMS = 4096;

/** @throws CaracalError as `LiveSource.open` */
export async function openLanes(sources: readonly LiveSource[], store: Store, clock: StreamClock): Promise<Lanes> {
  const lanes: Lane[] = [];
  try {
    for (const source of sources) {
      const stored = await store.sources.open({ name: source.name, kind: source.kind, format: '' });
      const feed = await source.open(stored.position as Position | null, { clock });
      lanes.push({ source, stored, feed, error: null, ended: false });
    }
  } catch (error) {
    await Promise.all(lanes.map(({ feed }) => feed.close()));
    throw error;
  }
  const queue: Waiting[] = [];
  let waitingLines = 0;
  let wake = (): void => {};
  let room = (): void => {};

  const pump = async (lane: Lane): Promise<void> => {
    for (;;) {
      const item = await lane.feed.next();
      if (item === null) break;
      if (item.type === 'notice' && item.notice.type === 'availability') {
        lane.error = item.notice.available
          ? null
          : `cannot be read (${item.notice.reason}); it is looked for all the time`;
      }
      queue.push({ lane, item });
      waitingLines += linesOf(item);
      wake();
      while (waitingLines >= MOST_WAITING || queue.length >= MOST_ITEMS) {
        await new Promise<void>((resolve) => {
          const before = room;
          room = () => {
            before();
            resolve();
          };
        });
      }
    }
  };
  for (const lane of lanes) {
    pump(lane)
      .catch((error: unknown) => {
        lane.error = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        lane.ended = true;
        wake();
      });
  }

  return {
    lanes,
    get waitingLines() {
      return waitingLines;
    },
    get over() {
      return queue.length === 0 && lanes.every(({ ended }) => ended);
    },
    next: async (most, patience) => {
      if (queue.length === 0 && !lanes.every(({ ended }) => ended)) {
        let off = (): void => {};
        await new Promise<void>((resolve) => {
          wake = resolve;
          off = clock.after(patience, resolve);
        });
        off();
        wake = () => {};
      }
      const taken: Waiting[] = [];
      let lines = 0;
      while (queue.length > 0) {
        const [first] = queue;
        const own = first ? linesOf(first.item) : 0;
        if (taken.length > 0 && lines + own > most) break;
        lines += own;
        taken.push(...queue.splice(0, 1));
      }
      waitingLines -= lines;
      const release = room;
      room = () => {};
      release();
      return taken;
    },
    stop: async () => {
      await Promise.all(lanes.map(({ feed }) => feed.stop()));
    },
    close: async () => {
      room();
      await Promise.all(lanes.map(({ feed }) => feed.close()));
    },
  };
}

/** Lines of an item. */
export function linesOf(item: FeedItem): number {
  return item.type === 'lines' ? item.count : 0;
}

/** The position of an item as the store takes it. */
export function positionOf(item: FeedItem): Json {
  return item.position as Json;
}

/** Some lines of a delivery. */
export function sliceOfDelivery(delivery: Delivery, from: number, to: number) {
  return {
    bytes: delivery.bytes,
    count: to - from,
    starts: delivery.starts.subarray(from, to),
    ends: delivery.ends.subarray(from, to),
    lengths: delivery.lengths.subarray(from, to),
    firstLine: delivery.firstLine + from,
    offsets: delivery.offsets.subarray(from, to),
    received: delivery.received.subarray(from, to),
  };
}
