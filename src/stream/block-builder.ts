import { isUtf8 } from 'node:buffer';
import type { FeedCounts } from './counts.ts';

/** Lines in a block at most. */
export const BLOCK_LINES = 65_536;

/** Lines as columns over their bytes; the fields are those of a `Delivery`. */
export interface Block {
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly lengths: Float64Array;
  readonly offsets: Float64Array;
  readonly received: Float64Array;
  readonly peer: Int32Array;
  readonly peers: readonly string[];
}

/** Collects lines in memory of their own; each byte is copied once. */
export interface BlockBuilder {
  readonly count: number;
  /** Bytes of the block, with what stands between its lines. */
  readonly size: number;
  /** Puts bytes behind those that are there and says where they begin. */
  copy(bytes: Uint8Array, from: number, to: number): number;
  /** Forgets the bytes from `end` on. */
  trim(end: number): void;
  /** The bytes so far. */
  view(): Buffer;
  /** Makes `[start, end)` of the block a line that had `length` bytes. */
  add(start: number, end: number, length: number, offset: number, received: number, peer: string): void;
  /** Gives the block away, counting what is odd about its lines, and begins another. */
  take(): Block;
}

export function createBlockBuilder(counts: FeedCounts): BlockBuilder {
  let bytes = Buffer.allocUnsafeSlow(SMALLEST);
  let used = 0;
  let columns = createColumns(SMALLEST >> 6);
  let count = 0;
  let peers: string[] = [];
  let known = new Map<string, number>();

  const numberOf = (peer: string): number => {
    if (peer === '') return -1;
    let number = known.get(peer);
    if (number === undefined) {
      number = peers.push(peer) - 1;
      known.set(peer, number);
    }
    return number;
  };

  return {
    get count() {
      return count;
    },
    get size() {
      return used;
    },
    copy: (from, start, end) => {
      const needed = used + end - start;
      if (needed > bytes.length) {
        const wider = Buffer.allocUnsafeSlow(Math.max(needed, bytes.length * 2));
        wider.set(bytes.subarray(0, used));
        bytes = wider;
      }
      bytes.set(start === 0 && end === from.length ? from : from.subarray(start, end), used);
      const at = used;
      used = needed;
      return at;
    },
    trim: (end) => {
      used = end;
    },
    view: () => bytes,
    add: (start, end, length, offset, received, peer) => {
      if (count === columns.starts.length) columns = wider(columns);
      columns.starts[count] = start;
      columns.ends[count] = end;
      columns.lengths[count] = length;
      columns.offsets[count] = offset;
      columns.received[count] = received;
      columns.peer[count] = numberOf(peer);
      count++;
      counts.lines++;
      counts.bytes += length;
      if (length > end - start) {
        counts.cutLines++;
        counts.cutBytes += length - (end - start);
      }
    },
    take: () => {
      const block: Block = {
        count,
        // Without `Buffer`'s methods, some of which mean something else.
        bytes: new Uint8Array(bytes.buffer, 0, used),
        starts: columns.starts.subarray(0, count),
        ends: columns.ends.subarray(0, count),
        lengths: columns.lengths.subarray(0, count),
        offsets: columns.offsets.subarray(0, count),
        received: columns.received.subarray(0, count),
        peer: columns.peer.subarray(0, count),
        peers,
      };
      countOddities(block, counts);
      // The next block is probably as large as this one.
      bytes = Buffer.allocUnsafeSlow(Math.max(SMALLEST, used));
      columns = createColumns(Math.max(SMALLEST >> 6, count));
      used = 0;
      count = 0;
      peers = [];
      known = new Map();
      return block;
    },
  };
}

/** `end`, or less where that would cut a UTF-8 character in two. */
export function wholeCharacters(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && at > end - 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}

// --- internal ---

const SMALLEST = 4096;

type Columns = Pick<Block, 'starts' | 'ends' | 'lengths' | 'offsets' | 'received' | 'peer'>;

function createColumns(size: number): Columns {
  return {
    starts: new Int32Array(size),
    ends: new Int32Array(size),
    lengths: new Float64Array(size),
    offsets: new Float64Array(size),
    received: new Float64Array(size),
    peer: new Int32Array(size),
  };
}

function wider(columns: Columns): Columns {
  const next = createColumns(columns.starts.length * 2);
  next.starts.set(columns.starts);
  next.ends.set(columns.ends);
  next.lengths.set(columns.lengths);
  next.offsets.set(columns.offsets);
  next.received.set(columns.received);
  next.peer.set(columns.peer);
  return next;
}

/** Looks at all bytes at once, because nearly every block is clean. */
function countOddities({ count, bytes, starts, ends }: Block, counts: FeedCounts): void {
  const nul = Buffer.from(bytes.buffer, 0, bytes.length).indexOf(0) >= 0;
  const utf8 = isUtf8(bytes);
  if (!nul && utf8) return;
  for (let i = 0; i < count; i++) {
    const line = bytes.subarray(starts[i]!, ends[i]!);
    if (nul && line.includes(0)) counts.nulLines++;
    if (!utf8 && !isUtf8(line)) counts.invalidUtf8Lines++;
  }
}
