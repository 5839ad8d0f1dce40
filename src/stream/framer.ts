import { wholeCharacters } from './block-builder.ts';

/**
 * How messages follow each other in a stream of bytes (RFC 6587). `newline`: each ends in LF or CR LF.
 * `octet-counting`: each has its length in front (also RFC 5425). `auto`: a frame that begins with a number, a blank
 * and `<` is counted, any other ends in a newline; senders may change their mind.
 */
export type Framing = 'auto' | 'octet-counting' | 'newline';

/** What a framer is held to. */
export interface FrameBounds {
  /** Bytes that are kept of a line. */
  readonly lineLimit: number;
  /** Largest count of octets that is believed. */
  readonly frameLimit: number;
}

/** Where a framer puts lines. Places are those of the block that is being filled. */
export interface LineSink {
  copy(bytes: Uint8Array, from: number, to: number): number;
  trim(end: number): void;
  /** A line that ended in a newline. `offset` is its first byte in the stream. */
  line(start: number, end: number, length: number, offset: number): void;
  /** A message that was framed otherwise and may have line breaks inside. */
  message(start: number, end: number, length: number, offset: number): void;
  /** The next line has no end. */
  partial(): void;
}

/** Why a stream cannot be read on. */
export type FrameFault = 'oversized' | 'garbage';

/** Cuts a stream of bytes into lines, in memory bounded by the limit of one line. */
export interface Framer {
  /** After a fault, what stood in the chunk behind it is kept as one line, and the stream is over. */
  push(chunk: Uint8Array): FrameFault | undefined;
  /** The stream is over: a line that waits for its end is one. */
  end(): void;
  /** Bytes of a frame that has begun and not ended. */
  readonly pending: number;
  /** First byte of the stream that is in no line yet. */
  readonly offset: number;
}

/** A framer of a stream that begins at byte `offset`. */
export function createFramer(framing: Framing, bounds: FrameBounds, sink: LineSink, offset = 0): Framer {
  const { lineLimit, frameLimit } = bounds;
  let mode: Mode = 'start';
  /** The unfinished frame without its count: its first bytes, how many there are, and its length so far. */
  let held: Buffer = NOTHING;
  let kept = 0;
  let length = 0;
  /** Octets of an unfinished counted frame. */
  let octets = 0;
  let lastByte = 0;
  let wasCounted = false;
  let base = offset;
  let ended = false;

  const hold = (bytes: Uint8Array, from: number, to: number): void => {
    const size = Math.min(to - from, lineLimit + SPARE - kept);
    if (kept + size > held.length) {
      const wider = Buffer.allocUnsafeSlow(Math.min(lineLimit + SPARE, Math.max(SPARE * 16, (kept + size) * 2)));
      wider.set(held.subarray(0, kept));
      held = wider;
    }
    if (size > 0) held.set(bytes.subarray(from, from + size), kept);
    kept += Math.max(size, 0);
    length += to - from;
  };

  /** Makes what is held a line; `full` is its length without its line end. */
  const giveHeld = (counted: boolean, full: number): void => {
    const end = full > lineLimit ? wholeCharacters(held, 0, lineLimit) : full;
    const start = sink.copy(held, 0, end);
    sink.copy(LINE_END, 0, 1);
    if (counted) sink.message(start, start + end, full, base);
    else sink.line(start, start + end, full, base);
    if (held.length > KEPT_BUFFER) held = NOTHING;
    kept = 0;
    length = 0;
  };

  const giveLine = (
    bytes: Uint8Array,
    at: number,
    end: number,
    shift: number,
    place: number,
    counted: boolean,
  ): void => {
    const cut = end - at > lineLimit ? wholeCharacters(bytes, at, at + lineLimit) : end;
    if (counted) sink.message(at + shift, cut + shift, end - at, place);
    else sink.line(at + shift, cut + shift, end - at, place);
  };

  /** Goes on with the unfinished frame; returns where the next one begins, or -1 where it is still unfinished. */
  const resume = (chunk: Uint8Array): number => {
    if (mode === 'counted') {
      const end = Math.min(chunk.length, octets - length);
      hold(chunk, 0, end);
      if (length < octets) return -1;
      giveHeld(true, octets <= kept ? beforeLineEnd(held, 0, octets) : octets);
      return end;
    }
    const newline = chunk.indexOf(LF);
    hold(chunk, 0, newline < 0 ? chunk.length : newline);
    const end = newline < 0 ? chunk.length : newline;
    if (end > 0) lastByte = chunk[end - 1] ?? 0;
    if (newline < 0) return -1;
    const consumed = length + 1;
    giveHeld(false, lastByte === CR ? length - 1 : length);
    base += consumed;
    return newline + 1;
  };

  const push = (given: Uint8Array): FrameFault | undefined => {
    let chunk = given;
    let at = 0;
    if (mode === 'undecided') {
      chunk = Buffer.concat([held.subarray(0, kept), given]);
      kept = 0;
      length = 0;
      mode = 'start';
    } else if (mode !== 'start') {
      at = resume(chunk);
      if (at < 0) return undefined;
      mode = 'start';
    }
    if (at === chunk.length) return undefined;

    const shift = sink.copy(chunk, at, chunk.length) - at;
    let used = at;
    while (at < chunk.length) {
      const header = framing === 'newline' ? LINE : headerAt(chunk, at, framing, frameLimit, wasCounted);
      if (header.kind === 'fault') {
        // What came with it is kept.
        sink.partial();
        giveLine(chunk, at, beforeLineEnd(chunk, at, chunk.length), shift, base, true);
        ended = true;
        mode = 'start';
        return header.fault;
      }
      if (header.kind === 'skip') {
        at++;
        continue;
      }
      if (header.kind === 'undecided') {
        mode = 'undecided';
        break;
      }
      if (header.kind === 'counted') {
        wasCounted = true;
        const start = at + header.digits;
        if (start + header.octets > chunk.length) {
          mode = 'counted';
          octets = header.octets;
          at = start;
          break;
        }
        at = start + header.octets;
        giveLine(chunk, start, beforeLineEnd(chunk, start, at), shift, base, true);
        used = at;
        continue;
      }
      wasCounted = false;
      const newline = chunk.indexOf(LF, at);
      if (newline < 0) {
        mode = 'line';
        lastByte = chunk[chunk.length - 1] ?? 0;
        break;
      }
      giveLine(chunk, at, newline > at && chunk[newline - 1] === CR ? newline - 1 : newline, shift, base, false);
      base += newline + 1 - at;
      at = newline + 1;
      used = at;
    }
    sink.trim(used + shift);
    if (at < chunk.length) hold(chunk, at, chunk.length);
    return undefined;
  };

  return {
    push: (chunk) => (ended ? undefined : push(chunk)),
    end: () => {
      if (ended) return;
      ended = true;
      if (length === 0) return;
      sink.partial();
      const full = length;
      giveHeld(mode === 'counted', full);
      base += full;
      mode = 'start';
    },
    get pending() {
      return mode === 'start' ? 0 : length;
    },
    get offset() {
      return base;
    },
  };
}

/** `end` without the LF or CR LF that may stand before it. */
export function beforeLineEnd(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || bytes[end - 1] !== LF) return end;
  return end - 1 > start && bytes[end - 2] === CR ? end - 2 : end - 1;
}

// --- internal ---

type Mode =
  | 'start' // a frame begins here
  | 'undecided' // too little has come to say how the frame is framed
  | 'line' // within a line
  | 'counted'; // within a counted frame

type Header =
  | { readonly kind: 'line' | 'skip' | 'undecided' }
  | { readonly kind: 'counted'; readonly digits: number; readonly octets: number }
  | { readonly kind: 'fault'; readonly fault: FrameFault };

const LINE: Header = { kind: 'line' };
const SKIP: Header = { kind: 'skip' };
const UNDECIDED: Header = { kind: 'undecided' };

/** How the frame at `at` begins. */
function headerAt(bytes: Uint8Array, at: number, framing: Framing, frameLimit: number, wasCounted: boolean): Header {
  const first = bytes[at] ?? 0;
  if (first < ONE || first > NINE) {
    // Some senders count and end the line as well.
    if (wasCounted && (first === LF || first === CR)) return SKIP;
    return framing === 'auto' ? LINE : { kind: 'fault', fault: 'garbage' };
  }
  let p = at;
  let octets = 0;
  while (p < bytes.length && p - at < MOST_DIGITS && isDigit(bytes[p] ?? 0)) {
    octets = octets * 10 + (bytes[p] ?? 0) - ZERO;
    p++;
  }
  if (p - at === MOST_DIGITS) return framing === 'auto' ? LINE : { kind: 'fault', fault: 'oversized' };
  if (p === bytes.length) return UNDECIDED;
  if (bytes[p] !== BLANK) return framing === 'auto' ? LINE : { kind: 'fault', fault: 'garbage' };
  p++;
  if (framing === 'auto') {
    if (p === bytes.length) return UNDECIDED;
    if (bytes[p] !== LESS_THAN) return LINE;
  }
  if (octets > frameLimit) return { kind: 'fault', fault: 'oversized' };
  return { kind: 'counted', digits: p - at, octets };
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** A number with as many digits is no length of anything. */
const MOST_DIGITS = 16;
/** Room for a line end, and for a character that the limit would cut in two. */
const SPARE = 8;
/** Larger buffers are not kept for the next line. */
const KEPT_BUFFER = 64 * 1024;
const NOTHING = Buffer.alloc(0);
const LINE_END = Uint8Array.of(0x0a);
const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
const LESS_THAN = 0x3c;
const ZERO = 0x30;
const ONE = 0x31;
const NINE = 0x39;
