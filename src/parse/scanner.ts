import { hashShape, hashToken } from './hashes.ts';
import { createIrregularScanner, type IrregularMessage, type IrregularScanner } from './irregular-masks.ts';
import type { MaskAutomaton } from './mask-automaton.ts';
import { MAX_BYTES, MAX_TOKENS, type MaskRule } from './masks.ts';
import { instantiate, type ScannerProgram, scannerProgram } from './scanner-instance.ts';
import { WINDOW_BYTES, WINDOW_ROWS, WINDOW_TOKENS } from './scanner-layout.ts';
import { FIRST_MASK, type TokenText, WILDCARD } from './token-text.ts';

/**
 * Splits messages into masked tokens by the specification in `masks.ts`, in one pass
 * over the bytes and without making a string or an object: what it finds stands in
 * its arrays until the next scan. The pass itself is a WebAssembly program
 * (`scanner-program.ts`). Token t is `bytes[tokenStart[t], tokenEnd[t])`, and its
 * masked text is known by a 64-bit hash; a wildcard's is 0. Hashes are seeded per
 * process, so that nobody can prepare lines that collide. Messages with masks that are no
 * regular language are scanned by `irregular-masks.ts` instead, to the same effect.
 */
export interface Scanner {
  /** What it is made of. */
  readonly program: ScannerProgram;
  readonly automaton: MaskAutomaton;
  /** Two halves of each token's hash, the low one first; it is 0 for wildcards only. */
  readonly hashes: Int32Array;
  readonly tokenStart: Int32Array;
  readonly tokenEnd: Int32Array;
  /** First byte after the token's first `=` outside of masks, 0 where it has none. */
  readonly valueStart: Int32Array;
  /** Mask m is of kind `maskKind[m]` and stands for `bytes[maskStart[m], maskEnd[m])`. */
  readonly maskKind: Uint8Array;
  readonly maskStart: Int32Array;
  readonly maskEnd: Int32Array;
  /** Of the whole message: two halves of the hash of its masked text, and the number of its masks. */
  readonly found: Int32Array;
  /**
   * Scans `bytes[start, end)` and returns the number of tokens. The content of one
   * array must not change between scans.
   */
  scan(bytes: Uint8Array, start: number, end: number): number;
  /**
   * Scans the messages from row `from` on, as many as fit into the window, into `rows`,
   * and returns how many there were. It finds the hashes that `scan` finds, and nothing
   * else, several times faster.
   */
  scanRows(bytes: Uint8Array, start: Int32Array, end: Int32Array, from: number): number;
  readonly rows: ScannedRows;
  /**
   * Makes a message whose hashes are in `rows` the one that was scanned last, and returns
   * the number of its tokens: `hashes`, `isVariable` and `textOf` then speak of it.
   */
  recall(rows: ScannedRows, row: number, start: number, end: number): number;
  /** Masked text of a token of the last scan. */
  textOf(bytes: Uint8Array, token: number): TokenText;
  /** First mask that begins in a token of the last scan or after it. */
  firstMaskOf(token: number): number;
  /** Whether a token of the last scan holds a digit or a mask, or is a wildcard. */
  isVariable(token: number): boolean;
  /** Two halves of the hash of a token's masked text. */
  hashesOf(text: TokenText): readonly [low: number, high: number];
}

/** What is known of many messages after a scan of them all. */
export interface ScannedRows {
  /** Two halves of the shape of each message: what `scan` puts into `found`. */
  readonly shapes: Int32Array;
  /** Number of the first token behind each message. */
  readonly tokens: Int32Array;
  /** Two halves of the hash of each token. */
  readonly hashes: Int32Array;
}

/** A scanner for these masks and delimiters, or one like that of another thread. */
export function createScanner(masks: readonly MaskRule[] | ScannerProgram, delimiters = ''): Scanner {
  const program = 'module' in masks ? masks : scannerProgram(masks, delimiters);
  const { automaton, layout, module, seed } = program;
  const irregular =
    automaton.irregular.length > 0
      ? createIrregularScanner(program.masks, automaton.irregular, program.delimiters)
      : undefined;
  const { memory, classify, scan: scanWindow, shapes: scanWindowRows } = instantiate(module);
  const ints = (at: number, length: number): Int32Array => new Int32Array(memory.buffer, at, length);
  const bytesAt = (at: number, length: number): Uint8Array => new Uint8Array(memory.buffer, at, length);
  bytesAt(layout.classes, 256).set(automaton.classOf);
  bytesAt(layout.joins, 256).set(automaton.joins);
  bytesAt(layout.accepts, automaton.accepts.length).set(automaton.accepts);
  ints(layout.next, automaton.next.length).set(automaton.next);
  ints(layout.firstStates, automaton.starts.length).set(automaton.starts);
  bytesAt(layout.firstBytes, 16).fill(0xff);
  bytesAt(layout.behindFirst + 1, 15).fill(0xff);
  const window = bytesAt(layout.window, WINDOW_BYTES);
  const hashes = ints(layout.hashes, 2 * MAX_TOKENS);
  const tokenStart = ints(layout.starts, MAX_TOKENS);
  const tokenEnd = ints(layout.ends, MAX_TOKENS);
  const valueStart = ints(layout.values, MAX_TOKENS);
  const maskStart = ints(layout.maskStarts, MAX_BYTES);
  const maskEnd = ints(layout.maskEnds, MAX_BYTES);
  const maskKind = bytesAt(layout.maskKinds, MAX_BYTES);
  const found = ints(layout.found, 4);
  const rowStarts = ints(layout.rowStarts, WINDOW_ROWS);
  const rowEnds = ints(layout.rowEnds, WINDOW_ROWS);
  const windowRows: ScannedRows = {
    shapes: ints(layout.rowShapes, 2 * WINDOW_ROWS),
    tokens: ints(layout.rowTokens, WINDOW_ROWS),
    hashes: ints(layout.rowHashes, 2 * WINDOW_TOKENS),
  };
  const rows = irregular
    ? { shapes: windowRows.shapes.slice(), tokens: windowRows.tokens.slice(), hashes: windowRows.hashes.slice() }
    : windowRows;

  /** The window holds `current[windowStart, windowEnd)`. */
  let current: Uint8Array | undefined;
  let windowStart = 0;
  let windowEnd = 0;

  const load = (bytes: Uint8Array, start: number, length: number): void => {
    current = bytes;
    windowStart = start;
    windowEnd = Math.min(bytes.length, start + length);
    const size = windowEnd - start;
    window.set(bytes.subarray(start, windowEnd));
    // Tokens are followed to the next blank: what stood here before may have none for long.
    window.fill(BLANK, size, size + BEHIND);
    classify(Math.min(size + BEHIND, WINDOW_BYTES));
  };

  /** A message that was recalled, of which only the hashes are known. */
  let recalled = false;
  let recalledStart = 0;
  let recalledEnd = 0;

  const scan = (bytes: Uint8Array, start: number, messageEnd: number): number => {
    recalled = false;
    const text = irregular?.textOf(bytes, start, messageEnd);
    if (irregular && text !== undefined && irregular.mayOccur(text)) {
      return takeOver(irregular.scan(text), start, messageEnd);
    }
    const end = lookedAt(start, messageEnd);
    if (bytes !== current) load(bytes, start, Math.max(end - start, FIRST_BYTES));
    else if (start < windowStart || end > windowEnd) load(bytes, start, WINDOW_BYTES);
    const delta = windowStart - layout.window;
    const tokens = scanWindow(start - delta, messageEnd - delta, delta);
    return found[3] !== 0 ? addRest(tokens, end, messageEnd) : tokens;
  };

  const scanRows = (bytes: Uint8Array, start: Int32Array, end: Int32Array, from: number): number => {
    const first = start[from]!;
    const most = Math.min(start.length, from + WINDOW_ROWS);
    let room = WINDOW_BYTES;
    let to = from;
    let behind = first;
    for (; to < most; to++) {
      const messageEnd = lookedAt(start[to]!, end[to]!);
      room -= messageEnd - start[to]!;
      if (start[to]! < first || messageEnd > first + WINDOW_BYTES || room < 0) break;
      if (messageEnd > behind) behind = messageEnd;
    }
    // No more than is asked for: a batch may be one line of a large block.
    load(bytes, first, behind - first);
    rowStarts.set(start.subarray(from, to));
    rowEnds.set(end.subarray(from, to));
    scanWindowRows(to - from, windowStart - layout.window);
    if (irregular) rescanRows(irregular, bytes, start, end, from, to - from);
    return to - from;
  };

  /** Makes what `RegExp` has found what was scanned last. */
  const takeOver = ({ tokens, masks, rest }: IrregularMessage, start: number, messageEnd: number): number => {
    const tokenHashes = tokens.map(({ text }) => hashToken(text, seed));
    tokens.forEach((token, i) => {
      hashes.set(tokenHashes[i]!, 2 * i);
      tokenStart[i] = start + token.start;
      tokenEnd[i] = start + token.end;
      valueStart[i] = token.value === 0 ? 0 : start + token.value;
    });
    masks.forEach((mask, i) => {
      maskKind[i] = mask.kind;
      maskStart[i] = start + mask.start;
      maskEnd[i] = start + mask.end;
    });
    const more = rest || messageEnd - start > MAX_BYTES;
    found.set(hashShape(tokenHashes, more, seed));
    found[2] = masks.length;
    found[3] = more ? 1 : 0;
    return more ? addRest(tokens.length, lookedAt(start, messageEnd), messageEnd) : tokens.length;
  };

  /** Replaces the rows of messages with masks that only `RegExp` knows. */
  const rescanRows = (
    by: IrregularScanner,
    bytes: Uint8Array,
    start: Int32Array,
    end: Int32Array,
    from: number,
    count: number,
  ): void => {
    let written = 0;
    for (let i = 0; i < count; i++) {
      const first = i === 0 ? 0 : windowRows.tokens[i - 1]!;
      const messageStart = start[from + i]!;
      const messageEnd = end[from + i]!;
      const text = by.textOf(bytes, messageStart, messageEnd);
      if (by.mayOccur(text)) {
        const tokens = takeOver(by.scan(text), messageStart, messageEnd);
        rows.hashes.set(hashes.subarray(0, 2 * tokens), 2 * written);
        rows.shapes.set(found.subarray(0, 2), 2 * i);
        written += tokens;
      } else {
        const behind = windowRows.tokens[i]!;
        rows.hashes.set(windowRows.hashes.subarray(2 * first, 2 * behind), 2 * written);
        rows.shapes.set(windowRows.shapes.subarray(2 * i, 2 * i + 2), 2 * i);
        written += behind - first;
      }
      rows.tokens[i] = written;
    }
  };

  const recall = (from: ScannedRows, row: number, start: number, end: number): number => {
    const first = row === 0 ? 0 : from.tokens[row - 1]!;
    const tokens = from.tokens[row]! - first;
    for (let i = 0; i < 2 * tokens; i++) hashes[i] = from.hashes[2 * first + i]!;
    recalled = true;
    recalledStart = start;
    recalledEnd = end;
    return tokens;
  };

  /** One more token, a wildcard, for what was not looked at. */
  const addRest = (tokens: number, end: number, messageEnd: number): number => {
    hashes[2 * tokens] = 0;
    hashes[2 * tokens + 1] = 0;
    tokenStart[tokens] = tokens === MAX_TOKENS - 1 ? tokenEnd[tokens - 1]! : end;
    tokenEnd[tokens] = messageEnd;
    valueStart[tokens] = 0;
    return tokens + 1;
  };

  const firstMaskOf = (token: number): number => {
    let mask = 0;
    while (mask < found[2]! && maskStart[mask]! < tokenStart[token]!) mask++;
    return mask;
  };

  return {
    program,
    automaton,
    hashes,
    tokenStart,
    tokenEnd,
    valueStart,
    maskKind,
    maskStart,
    maskEnd,
    found,
    scan,
    scanRows,
    rows,
    recall,
    firstMaskOf,
    textOf: (bytes, token) => {
      if (hashes[2 * token] === 0) return WILDCARD;
      if (recalled) scan(bytes, recalledStart, recalledEnd);
      const end = tokenEnd[token]!;
      let text = '';
      let at = tokenStart[token]!;
      for (let mask = firstMaskOf(token); mask < found[2]! && maskStart[mask]! < end; mask++) {
        text += latin1(bytes, at, maskStart[mask]!) + String.fromCharCode(FIRST_MASK + maskKind[mask]!);
        at = maskEnd[mask]!;
      }
      return text + latin1(bytes, at, end);
    },
    isVariable: (token) => hashes[2 * token] === 0 || hashes[2 * token + 1]! < 0,
    hashesOf: (text) => hashToken(text, seed),
  };
}

// --- internal ---

/** Of bytes that were not scanned before, so many are looked at first: others may come in between. */
const FIRST_BYTES = 4096;
/** As many as are looked at for a blank at a time. */
const BEHIND = 64;
const BLANK = 0x20;

/** End of the part of a message that is looked at. */
function lookedAt(start: number, end: number): number {
  return end - start > MAX_BYTES ? start + MAX_BYTES : end;
}

/** Bytes as a string with one character per byte. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
