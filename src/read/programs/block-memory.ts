import { type WasmMemory, wasmMemory } from '../../util/wasm.ts';
import type { Columns } from '../columns.ts';

/** Lines in a block at most. */
export const BLOCK_LINES = 65_536;
/** Bytes that a block has room for. */
export const BLOCK_BYTES = 2 * 1024 * 1024;
/** Different words of a block that the program tells apart, and the places in which it looks for them. */
export const MOST_WORDS = 16_384;
export const WORD_SLOTS = 2 * MOST_WORDS;

/** Where things stand in the memory that the programs of a reader share. */
export const BLOCK_LAYOUT = layout();

/** The memory in which a stream is cut into lines and their headers are read. */
export interface BlockMemory {
  readonly memory: WasmMemory;
  /** The block: `BLOCK_BYTES`, and some more that a program may look at. */
  readonly bytes: Uint8Array;
  /** Line i is `bytes[starts[i], ends[i])`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Records of the block. */
  readonly columns: Columns;
  /** Number of the word that says the level of a record, -1 for none. */
  readonly levelWords: Int32Array;
  /** Number of words; word w is `wordBytes[wordPlaces[w], wordPlaces[w + 1])`. */
  readonly words: Int32Array;
  readonly wordBytes: Uint8Array;
  readonly wordPlaces: Int32Array;
  readonly wordSlots: Int32Array;
  /** A view of what stands at an address. */
  ints(at: number, length: number): Int32Array;
  doubles(at: number, length: number): Float64Array;
  octets(at: number, length: number): Uint8Array;
}

/** Memories for the streams of one reader. */
export interface BlockMemories {
  /** A memory that nobody looks at any more. */
  take(): BlockMemory;
  /** Takes a memory back in which nothing more is written; its batches may still be looked at. */
  leave(memory: BlockMemory): void;
  /** Told whenever the reader gives out a batch, where batches hold for longer than until the next. */
  given(): void;
}

/** Memories for batches of which the last `held` that the reader gave out hold. */
export function createBlockMemories(held = 1): BlockMemories {
  let given = 0;
  /** Memories, and how many batches were given out when they were left. */
  const left: { readonly memory: BlockMemory; readonly after: number }[] = [];
  return {
    take: () => {
      if (left[0] && given - left[0].after >= held - 1) return left.shift()!.memory;
      return spare.pop() ?? createBlockMemory();
    },
    leave: (memory) => {
      if (held > 1) left.push({ memory, after: given });
      else if (spare.length < MOST_SPARE) spare.push(memory);
    },
    given: () => {
      given++;
    },
  };
}

// --- internal ---

const MOST_SPARE = 4;
const spare: BlockMemory[] = [];

function layout() {
  let at = 16;
  const take = (bytes: number): number => {
    const start = at;
    at = (at + bytes + 15) & ~15;
    return start;
  };
  const places = {
    /** First byte behind the last line that was cut, and 1 where a byte is no ASCII or NUL (32 bits each). */
    behind: take(4),
    unusual: take(4),
    /** What is known of the timestamp; see `timestamp-program.ts`. */
    timestamp: take(128),
    /** 16 bytes of ones, then 16 of zeros: at `16 - n` stand n ones. */
    firstBytes: take(32),
    /** Time of the last record, and how late one may be at most (64 bits each); 1 where one is out of order. */
    lastTime: take(8),
    latestTime: take(8),
    disorder: take(4),
    words: take(4),
    starts: take(4 * BLOCK_LINES),
    ends: take(4 * BLOCK_LINES),
    time: take(8 * BLOCK_LINES),
    line: take(8 * BLOCK_LINES),
    offset: take(8 * BLOCK_LINES),
    level: take(BLOCK_LINES),
    levelWords: take(4 * BLOCK_LINES),
    host: take(4 * BLOCK_LINES),
    app: take(4 * BLOCK_LINES),
    pid: take(4 * BLOCK_LINES),
    length: take(4 * BLOCK_LINES),
    messageStarts: take(4 * BLOCK_LINES),
    messageEnds: take(4 * BLOCK_LINES),
    repeat: take(4 * BLOCK_LINES),
    wordSlots: take(4 * WORD_SLOTS),
    wordHashes: take(4 * MOST_WORDS),
    wordPlaces: take(4 * (MOST_WORDS + 1)),
    // The program and then the parser may each name disjoint parts of a line.
    wordBytes: take(2 * BLOCK_BYTES + 64),
    // Loads of 16 bytes may reach behind the last byte.
    bytes: take(BLOCK_BYTES + 64),
  };
  return { ...places, pages: Math.ceil(at / 65_536) };
}

function createBlockMemory(): BlockMemory {
  const at = BLOCK_LAYOUT;
  const memory = wasmMemory(at.pages);
  const ints = (start: number, length: number): Int32Array => new Int32Array(memory.buffer, start, length);
  const doubles = (start: number, length: number): Float64Array => new Float64Array(memory.buffer, start, length);
  const octets = (start: number, length: number): Uint8Array => new Uint8Array(memory.buffer, start, length);
  octets(at.firstBytes, 16).fill(0xff);
  return {
    memory,
    bytes: octets(at.bytes, BLOCK_BYTES + 64),
    starts: ints(at.starts, BLOCK_LINES),
    ends: ints(at.ends, BLOCK_LINES),
    columns: {
      time: doubles(at.time, BLOCK_LINES),
      level: octets(at.level, BLOCK_LINES),
      host: ints(at.host, BLOCK_LINES),
      app: ints(at.app, BLOCK_LINES),
      pid: ints(at.pid, BLOCK_LINES),
      line: doubles(at.line, BLOCK_LINES),
      offset: doubles(at.offset, BLOCK_LINES),
      length: ints(at.length, BLOCK_LINES),
      start: ints(at.messageStarts, BLOCK_LINES),
      end: ints(at.messageEnds, BLOCK_LINES),
      repeat: ints(at.repeat, BLOCK_LINES),
    },
    levelWords: ints(at.levelWords, BLOCK_LINES),
    words: ints(at.words, 1),
    wordBytes: octets(at.wordBytes, 2 * BLOCK_BYTES),
    wordPlaces: ints(at.wordPlaces, MOST_WORDS + 1),
    wordSlots: ints(at.wordSlots, WORD_SLOTS),
    ints,
    doubles,
    octets,
  };
}
