import { BLOCK_BYTES, BLOCK_LINES, type BlockMemories, type BlockMemory } from './programs/block-memory.ts';
import { createLineSplitter, type LineSplitter } from './programs/line-splitter.ts';

/** A message is kept up to this many bytes; the rest of a longer line is counted and skipped. */
export const LINE_LIMIT = 1024 * 1024;
/** Complete lines of a stream. Line i is `bytes[starts[i], ends[i])`, without its line end. */
export interface LineBlock {
  /** Where all of this stands; another block comes into it when `BlockMemories` says so. */
  readonly memory: BlockMemory;
  readonly bytes: Uint8Array;
  /** Place of `bytes[0]` in the stream. */
  readonly offset: number;
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** All bytes are ASCII and none is NUL. */
  readonly plain: boolean;
  /** Bytes of the last line behind its end that were skipped because no buffer holds it. */
  readonly hidden: number;
  /** Bytes of the stream from the first line to the end of the last, line end included. */
  readonly consumed: number;
}

/** Cuts a stream into lines, in constant memory. Lines end in LF or CR LF. */
export interface LineCutter {
  push(chunk: Uint8Array): Generator<LineBlock>;
  /** Gives out the lines that are complete so far. */
  flush(): Generator<LineBlock>;
  /** Gives out everything, also a last line without a line end. */
  end(): Generator<LineBlock>;
  /** Leaves the memory. */
  close(): void;
}

/** A cutter whose stream begins at byte `offset`. */
export function createLineCutter(memories: BlockMemories, offset = 0): LineCutter {
  const desks = new Map<BlockMemory, Desk>();
  const deskIn = (memory: BlockMemory): Desk => {
    const desk = desks.get(memory) ?? openDesk(memory);
    desks.set(memory, desk);
    return desk;
  };
  let { memory, buffer, splitter } = deskIn(memories.take());
  /** Bytes that are kept until a line ends. */
  let room = CAPACITY;
  let used = 0;
  let base = offset;
  /** Bytes skipped so far of a line longer than any buffer; -1 when not in one. */
  let skipped = -1;
  let lastSkipped = 0;

  /** The block without `Buffer`'s methods, some of which mean something else; another object for every block, as other bytes are. */
  const bytes = (): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, used);
  /** Goes on in the next memory, with what stands behind the block of so many bytes. */
  const moveOn = (at: number): void => {
    const rest = buffer.subarray(at, used);
    memories.leave(memory);
    ({ memory, buffer, splitter } = deskIn(memories.take()));
    buffer.set(rest);
    used -= at;
    base += at;
  };

  function* cut(atEnd: boolean): Generator<LineBlock> {
    while (used > 0) {
      const { starts, ends } = memory;
      let count = splitter.split(0, used);
      let at = splitter.behind;
      if (atEnd && at < used && count < BLOCK_LINES) {
        starts[count] = at;
        ends[count] = buffer[used - 1] === CR ? used - 1 : used;
        count++;
        at = used;
      }
      if (count === 0) return;
      const plain = !splitter.unusual;
      yield { memory, bytes: bytes(), offset: base, count, starts, ends, plain, hidden: 0, consumed: at };
      moveOn(at);
    }
  }

  function* endLongLine(lineEnd: number): Generator<LineBlock> {
    const { starts, ends } = memory;
    starts[0] = 0;
    ends[0] = used;
    const hidden = lastSkipped === CR ? skipped - 1 : skipped;
    const consumed = used + skipped + lineEnd;
    yield { memory, bytes: bytes(), offset: base, count: 1, starts, ends, plain: false, hidden, consumed };
    moveOn(used);
    base += skipped + lineEnd;
    skipped = -1;
  }

  return {
    push: function* (chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (skipped >= 0) {
          const newline = chunk.indexOf(LF, at);
          const end = newline < 0 ? chunk.length : newline;
          if (end > at) lastSkipped = chunk[end - 1] ?? 0;
          skipped += end - at;
          if (newline < 0) return;
          yield* endLongLine(1);
          at = newline + 1;
          continue;
        }
        const size = Math.min(chunk.length - at, room - used);
        buffer.set(chunk.subarray(at, at + size), used);
        used += size;
        at += size;
        if (used < room) continue;
        yield* cut(false);
        if (used < room) continue;
        if (room < BLOCK_BYTES) {
          room = BLOCK_BYTES;
        } else {
          skipped = 0;
          lastSkipped = 0;
        }
      }
    },
    flush: function* () {
      if (skipped < 0) yield* cut(false);
    },
    end: function* () {
      if (skipped >= 0) yield* endLongLine(0);
      else yield* cut(true);
    },
    close: () => memories.leave(memory),
  };
}

// --- internal ---

/** Fits the caches of a processor. */
const CAPACITY = 512 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/** What it takes to cut in one memory. */
interface Desk {
  readonly memory: BlockMemory;
  /** Finds bytes several times faster than `Uint8Array`. */
  readonly buffer: Buffer;
  readonly splitter: LineSplitter;
}

function openDesk(memory: BlockMemory): Desk {
  const { buffer, byteOffset, length } = memory.bytes;
  return {
    memory,
    buffer: Buffer.from(buffer as ArrayBuffer, byteOffset, length),
    splitter: createLineSplitter(memory),
  };
}
