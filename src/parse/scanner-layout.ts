import type { MaskAutomaton } from './mask-automaton.ts';
import { MAX_BYTES, MAX_TOKENS } from './masks.ts';

/** Bytes of a batch that the scanner holds at a time. */
export const WINDOW_BYTES = 128 * 1024;
/** Messages that are turned into shapes at a time. */
export const WINDOW_ROWS = 2048;
/** Tokens of these messages at most: a blank or the end of a message follows each. */
export const WINDOW_TOKENS = WINDOW_BYTES / 2 + 2 * WINDOW_ROWS;
/** Tokens that the scanner remembers; a power of two. */
export const MEMO_ENTRIES = 8192;

/** Where things stand in the scanner's memory. */
export interface ScannerLayout {
  readonly pages: number;
  /** Class of each byte. */
  readonly classes: number;
  /** 1 for classes that join names. */
  readonly joins: number;
  /** Shape (64 bits), number of masks, 1 where a rest was left out (32 bits each). */
  readonly found: number;
  /** Per token: hash (64 bits), start, end, start of the value after `=` (32 bits each). */
  readonly hashes: number;
  readonly starts: number;
  readonly ends: number;
  readonly values: number;
  /** Per mask: start, end (32 bits each), kind (8 bits). */
  readonly maskStarts: number;
  readonly maskEnds: number;
  readonly maskKinds: number;
  /** Kind of each accepting state (8 bits), transitions (32 bits). */
  readonly accepts: number;
  readonly next: number;
  /** First states (32 bits each). */
  readonly firstStates: number;
  /** One bit per byte of the window: whether it is a word byte, and whether it is a digit. */
  readonly words: number;
  readonly digits: number;
  /** The same for blanks. */
  readonly blanks: number;
  /** 16 bytes of ones, then 16 of zeros: at `16 - n` stand n ones. */
  readonly firstBytes: number;
  /** A zero, then 15 bytes of ones. */
  readonly behindFirst: number;
  /** Per remembered token: key and hash (64 bits each). */
  readonly memo: number;
  /** Per message: start and end, number of the first token behind it (32 bits each), shape (64 bits). */
  readonly rowStarts: number;
  readonly rowEnds: number;
  readonly rowTokens: number;
  readonly rowShapes: number;
  /** Hashes of the tokens of all messages (64 bits each). */
  readonly rowHashes: number;
  readonly window: number;
}

/** The layout for an automaton. */
export function layoutFor(automaton: MaskAutomaton): ScannerLayout {
  let at = 16;
  const take = (bytes: number): number => {
    const start = at;
    at = (at + bytes + 15) & ~15;
    return start;
  };
  const layout = {
    classes: take(256),
    joins: take(256),
    found: take(16),
    hashes: take(8 * MAX_TOKENS),
    starts: take(4 * MAX_TOKENS),
    ends: take(4 * MAX_TOKENS),
    values: take(4 * MAX_TOKENS),
    maskStarts: take(4 * MAX_BYTES),
    maskEnds: take(4 * MAX_BYTES),
    maskKinds: take(MAX_BYTES),
    accepts: take(automaton.accepts.length),
    next: take(4 * automaton.next.length),
    firstStates: take(4 * automaton.starts.length),
    words: take(WINDOW_BYTES / 8 + 16),
    digits: take(WINDOW_BYTES / 8 + 16),
    blanks: take(WINDOW_BYTES / 8 + 16),
    firstBytes: take(32),
    behindFirst: take(16),
    memo: take(16 * MEMO_ENTRIES),
    rowStarts: take(4 * WINDOW_ROWS),
    rowEnds: take(4 * WINDOW_ROWS),
    rowTokens: take(4 * WINDOW_ROWS),
    rowShapes: take(8 * WINDOW_ROWS),
    rowHashes: take(8 * WINDOW_TOKENS),
    // Loads of whole words may reach behind the last byte.
    window: take(WINDOW_BYTES + 32),
  };
  return { ...layout, pages: Math.ceil(at / 65_536) };
}
