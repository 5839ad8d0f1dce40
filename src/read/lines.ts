/** A message is kept up to this many bytes; the rest of a longer line is counted and skipped. */
export const LINE_LIMIT = 1024 * 1024;
/** Lines in a block at most. */
export const BLOCK_LINES = 65_536;

/** Complete lines of a stream. Line i is `bytes[starts[i], ends[i])`, without its line end. The memory is reused by the next block. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  /** Place of `bytes[0]` in the stream. */
  readonly offset: number;
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
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
}

/** A cutter whose stream begins at byte `offset`. */
export function createLineCutter(offset = 0): LineCutter {
  const starts = new Int32Array(BLOCK_LINES);
  const ends = new Int32Array(BLOCK_LINES);
  let buffer = emptyBuffer(CAPACITY);
  let used = 0;
  let base = offset;
  /** Bytes skipped so far of a line longer than any buffer; -1 when not in one. */
  let skipped = -1;
  let lastSkipped = 0;

  function* cut(atEnd: boolean): Generator<LineBlock> {
    let at = 0;
    while (at < used) {
      const first = at;
      let count = 0;
      while (count < BLOCK_LINES && at < used) {
        let newline = buffer.indexOf(LF, at);
        if (newline < 0 || newline >= used) {
          if (!atEnd) break;
          newline = used;
        }
        starts[count] = at;
        ends[count] = newline > at && buffer[newline - 1] === CR ? newline - 1 : newline;
        count++;
        at = Math.min(newline + 1, used);
      }
      if (count === 0) break;
      yield { bytes: plain(buffer), offset: base, count, starts, ends, hidden: 0, consumed: at - first };
    }
    if (at === 0) return;
    buffer.copyWithin(0, at, used);
    used -= at;
    base += at;
  }

  function* endLongLine(lineEnd: number): Generator<LineBlock> {
    starts[0] = 0;
    ends[0] = used;
    const hidden = lastSkipped === CR ? skipped - 1 : skipped;
    const consumed = used + skipped + lineEnd;
    yield { bytes: plain(buffer), offset: base, count: 1, starts, ends, hidden, consumed };
    base += consumed;
    used = 0;
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
        const size = Math.min(chunk.length - at, buffer.length - used);
        buffer.set(chunk.subarray(at, at + size), used);
        used += size;
        at += size;
        if (used < buffer.length) continue;
        yield* cut(false);
        if (used < buffer.length) continue;
        if (buffer.length > LINE_LIMIT) {
          skipped = 0;
          lastSkipped = 0;
        } else {
          const wider = emptyBuffer(buffer.length * 2);
          wider.set(buffer);
          buffer = wider;
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
  };
}

// --- internal ---

const CAPACITY = 1024 * 1024;

/** A buffer of its own: `Buffer` finds bytes several times faster than `Uint8Array`. */
function emptyBuffer(size: number): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(size);
}

/** The same memory without `Buffer`'s methods, some of which mean something else; another object for every block, as other bytes are. */
function plain(buffer: Buffer<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

const LF = 0x0a;
const CR = 0x0d;
