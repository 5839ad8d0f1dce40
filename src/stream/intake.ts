import { CaracalError } from '../errors.ts';
import { contentId } from '../util/hash.ts';
import { BLOCK_LINES, type Block, createBlockBuilder } from './block-builder.ts';
import type { StreamClock } from './clock.ts';
import { createCounts, type FeedCounts } from './counts.ts';
import type { LineSink } from './framer.ts';
import { createLedger } from './ledger.ts';
import { lineSink } from './line-sink.ts';
import { type NetworkPlace, networkPosition, type Receipt, readNetworkPosition } from './network-position.ts';
import { mergeNotices, type Notice } from './notice.ts';
import type { FeedItem, Position, SourceKind } from './source.ts';

/** How much may wait for the consumer: taken in and not settled. */
export interface QueueBounds {
  readonly queueLines: number;
  readonly queueBytes: number;
}

export const queueDefaults: QueueBounds = { queueLines: 65_536, queueBytes: 32 * 1024 * 1024 };

/** Lines of which somebody wants to know what becomes of them. */
export interface Unit {
  readonly receipt?: Receipt | undefined;
  settled(): void;
  failed(error: unknown): void;
}

/**
 * The queue between what pushes lines and the consumer that takes them, for all sources
 * that number their lines themselves.
 */
export interface Intake {
  readonly counts: FeedCounts;
  /** The bounds are met: a source that can wait waits, one that cannot drops. */
  readonly full: boolean;
  /** Requests that were committed and may come again. */
  readonly receipts: readonly Receipt[];
  /** Where `fill` puts its lines. */
  readonly sink: LineSink;
  /** Takes the lines that `fill` puts into `sink`: at most `size`, which is at most 65,536. */
  take(peer: string, size: number, fill: () => void): void;
  /** Takes lines that settle together. */
  takeUnit(block: Block, unit: Unit): void;
  notice(notice: Notice): void;
  /** Calls back once when there is room again. */
  whenRoom(callback: () => void): () => void;
  next(): Promise<FeedItem | null>;
  /** Nothing more will be pushed. */
  end(): void;
  close(): void;
}

export function createIntake(source: {
  readonly kind: SourceKind;
  readonly name: string;
  readonly position: Position | null;
  readonly clock: StreamClock;
  readonly bounds: QueueBounds;
  /** How many receipts are remembered. */
  readonly remembered?: number;
}): Intake {
  const { kind, clock, bounds, remembered = 0 } = source;
  const counts = createCounts();
  const builder = createBlockBuilder(counts);
  const before = readNetworkPosition(kind, source.position);
  const run = (before?.run ?? 0) + 1;
  const generation = contentId([kind, source.name, run]);

  /** After what was handed out last. */
  let place: NetworkPlace = before
    ? { ...before, run, stopped: false }
    : { run, line: 1, at: null, stopped: false, receipts: [] };
  let receipts = place.receipts;
  let queue: Entry[] = [];
  let room: (() => void)[] = [];
  let waiting: ((item: FeedItem | null) => void) | undefined;
  let waking = false;
  let ended = false;
  let closed = false;

  const full = (): boolean => counts.waitingLines >= bounds.queueLines || counts.waitingBytes >= bounds.queueBytes;

  const seal = (): void => {
    if (builder.count === 0) return;
    queue.push({ kind: 'block', block: builder.take() });
  };

  const wake = (): void => {
    if (!waiting) return;
    const item = closed ? null : take();
    if (item === undefined) return;
    const resolve = waiting;
    waiting = undefined;
    resolve(item);
  };

  /** Wakes the consumer when all that has come by now is in, so that it need not come for every line. */
  const wakeSoon = (): void => {
    if (!waiting || waking) return;
    waking = true;
    setImmediate(() => {
      waking = false;
      wake();
    });
  };

  const release = (): void => {
    if (counts.waitingLines > bounds.queueLines / 2 || counts.waitingBytes > bounds.queueBytes / 2) return;
    const callbacks = room;
    room = [];
    for (const callback of callbacks) callback();
  };

  const settle = ({ entry, after }: Handed): void => {
    receipts = after.receipts;
    if (entry.kind !== 'block') return;
    counts.waitingLines -= entry.block.count;
    counts.waitingBytes -= entry.block.bytes.length;
    entry.unit?.settled();
  };

  const ledger = createLedger<Handed>({
    settle: (handed) => {
      for (const each of handed) settle(each);
      release();
    },
    fail: (handed, error) => {
      place = handed[0]?.before ?? place;
      const again: Entry[] = [];
      for (const { entry } of handed) {
        if (entry.kind !== 'block' || !entry.unit) {
          again.push(entry);
          continue;
        }
        counts.waitingLines -= entry.block.count;
        counts.waitingBytes -= entry.block.bytes.length;
        entry.unit.failed(error);
      }
      queue = [...again, ...queue];
      release();
      wake();
    },
  });

  const hand = (entry: Entry): FeedItem => {
    const previous = place;
    if (entry.kind === 'notice') {
      place = { ...place, stopped: entry.notice.type === 'stopped' };
      const position = networkPosition(kind, place);
      return {
        type: 'notice',
        notice: entry.notice,
        position,
        ...ledger.hand({ entry, before: previous, after: place }),
      };
    }
    const { block } = entry;
    const firstLine = place.line;
    for (let i = 0; i < block.count; i++) block.offsets[i] = firstLine + i;
    const receipt = entry.unit?.receipt;
    place = {
      run,
      line: firstLine + block.count,
      at: block.received[block.count - 1] ?? place.at,
      stopped: false,
      receipts: receipt ? [...place.receipts, receipt].slice(-remembered) : place.receipts,
    };
    const position = networkPosition(kind, place);
    return {
      type: 'lines',
      generation,
      firstLine,
      ...block,
      position,
      ...ledger.hand({ entry, before: previous, after: place }),
    };
  };

  /** The next item; `undefined` where it is still to come. */
  const take = (): FeedItem | null | undefined => {
    if (queue.length === 0) seal();
    const entry = queue.shift();
    if (entry) return hand(entry);
    return ended ? null : undefined;
  };

  const notice = (next: Notice): void => {
    if (next.type === 'gap') counts.gaps++;
    seal();
    for (const [i, entry] of queue.entries()) {
      const merged = entry.kind === 'notice' ? mergeNotices(entry.notice, next) : undefined;
      if (!merged) continue;
      queue[i] = { kind: 'notice', notice: merged };
      return;
    }
    queue.push({ kind: 'notice', notice: next });
    wakeSoon();
  };

  const sink = lineSink(builder, counts);
  const gone = (): CaracalError =>
    new CaracalError('E_RUNTIME', `${source.name} was closed before this was stored. Send it again.`);

  // Nothing is missing where senders wait for an answer, or where the input was at its end.
  const complete = kind === 'http-push' || (kind === 'stdin' && before?.stopped);
  if (before && !complete) {
    const reason = before.stopped ? 'stopped' : 'killed';
    notice({ type: 'gap', reason, since: before.at, until: clock.now() });
  }

  return {
    counts,
    sink,
    get full() {
      return full();
    },
    get receipts() {
      return receipts;
    },
    take: (peer, size, fill) => {
      if (closed || ended) return;
      if (builder.count + size > BLOCK_LINES || builder.size > BLOCK_BYTES) seal();
      const lines = builder.count;
      const bytes = builder.size;
      sink.begin(clock.now(), peer);
      fill();
      counts.waitingLines += builder.count - lines;
      counts.waitingBytes += builder.size - bytes;
      wakeSoon();
    },
    takeUnit: (block, unit) => {
      if (closed || ended) {
        unit.failed(gone());
        return;
      }
      seal();
      queue.push({ kind: 'block', block, unit });
      counts.waitingLines += block.count;
      counts.waitingBytes += block.bytes.length;
      wakeSoon();
    },
    notice: (next) => {
      if (!closed) notice(next);
    },
    whenRoom: (callback) => {
      room.push(callback);
      return () => {
        room = room.filter((other) => other !== callback);
      };
    },
    next: () => {
      if (waiting) {
        throw new CaracalError('E_USAGE', 'A feed has one consumer: wait for next() before the next call of it.');
      }
      return new Promise((resolve) => {
        waiting = resolve;
        wake();
      });
    },
    end: () => {
      if (ended || closed) return;
      notice({ type: 'stopped' });
      ended = true;
      wake();
    },
    close: () => {
      if (closed) return;
      closed = true;
      ledger.failAll(gone());
      for (const entry of queue) if (entry.kind === 'block') entry.unit?.failed(gone());
      queue = [];
      room = [];
      wake();
    },
  };
}

// --- internal ---

/** A block is handed out when it has as many bytes, or when the consumer asks. */
const BLOCK_BYTES = 256 * 1024;

type Entry =
  | { readonly kind: 'block'; readonly block: Block; readonly unit?: Unit }
  | { readonly kind: 'notice'; readonly notice: Notice };

interface Handed {
  readonly entry: Entry;
  readonly before: NetworkPlace;
  readonly after: NetworkPlace;
}
