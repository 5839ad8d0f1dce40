import type { StreamClock } from './clock.ts';
import type { FeedCounts } from './counts.ts';
import type { Notice } from './notice.ts';

/** What a source writes down to find its place again: plain JSON, read by nobody but the source. */
export type Position = { readonly [name: string]: JsonValue };

/** A value of JSON. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** How lines come in. */
export type SourceKind = 'file' | 'stdin' | 'syslog-udp' | 'syslog-tcp' | 'syslog-tls' | 'http-push';

/** A place that lines keep coming from. */
export interface LiveSource<F extends Feed = Feed> {
  readonly kind: SourceKind;
  /** What people call it, such as a path or `syslog+tcp://127.0.0.1:6514`; no two sources have the same. */
  readonly name: string;
  /**
   * Begins after the last durable position, or anew where that is `null`.
   *
   * @throws CaracalError `E_FORMAT_INVALID` for a position of another kind of source or of a newer version,
   * `E_RUNTIME` where a port cannot be had, `E_FILE_UNREADABLE` for a key or certificate
   */
  open(position: Position | null, options?: OpenOptions): Promise<F>;
}

/** What an open source is given. */
export interface OpenOptions {
  readonly clock?: StreamClock;
}

/** A source that was opened. It is read by one consumer, one `next()` at a time. */
export interface Feed {
  /** What comes next; waits for it. `null` when nothing will come any more. */
  next(): Promise<FeedItem | null>;
  /** Takes nothing more in. What was received is still given by `next()`, and then `null`. */
  stop(): Promise<void>;
  /** Lets go of everything at once: what was not settled counts as never delivered. */
  close(): Promise<void>;
  /** What happened so far. */
  counts(): Readonly<FeedCounts>;
}

/** A feed that listens on a port. */
export interface ListeningFeed extends Feed {
  readonly address: { readonly host: string; readonly port: number };
}

/** Lines or a notice, in the order in which they came. */
export type FeedItem = Delivery | NoticeItem;

/** What every item of a feed has: where to go on after it, and how its fate is told. */
interface Settled {
  /** Where to go on after this item. To be stored in the transaction that stores what became of the item. */
  readonly position: Position;
  /** This item and all before it are durable. Throws where the item has failed before. */
  done(): void;
  /**
   * This item will not become durable, and neither will those handed out after it. They come again, except that
   * senders who wait for an answer (HTTP push) are told to send again instead.
   */
  failed(error: unknown): void;
}

/**
 * Lines in the order of their arrival, at most 65,536. Line i is `bytes[starts[i], ends[i])`, without its line end.
 * The memory belongs to the delivery.
 */
export interface Delivery extends Settled {
  readonly type: 'lines';
  /** Which run of line numbers and offsets these belong to: one life of a file, one opening of a port. */
  readonly generation: string;
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Bytes that the line had when it came; more than are here where it was cut at the bound. */
  readonly lengths: Float64Array;
  /** Number of the first line within its generation, from 1. The others follow without a gap. */
  readonly firstLine: number;
  /** First byte of the line in the decompressed stream of its generation; its number where there is no such stream. */
  readonly offsets: Float64Array;
  /** When the line was received, epoch ms. */
  readonly received: Float64Array;
  /** Index in `peers`, -1 where there is none. */
  readonly peer: Int32Array;
  /** Addresses of senders. */
  readonly peers: readonly string[];
}

/** Something that happened to the source. */
export interface NoticeItem extends Settled {
  readonly type: 'notice';
  readonly notice: Notice;
}
