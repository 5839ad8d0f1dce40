import { hashToken } from './hashes.ts';
import { compileMasks, type MaskAutomaton } from './mask-automaton.ts';
import { MAX_BYTES, MAX_TOKENS, type MaskRule } from './masks.ts';
import { layoutFor, type ScannerLayout, WINDOW_BYTES, WINDOW_ROWS } from './scanner-layout.ts';
import { assembleScanner } from './scanner-program.ts';
import { FIRST_MASK, type TokenText, WILDCARD } from './token-text.ts';

/**
 * Splits messages into masked tokens by the specification in `masks.ts`, in one pass
 * over the bytes and without making a string or an object: what it finds stands in
 * its arrays until the next scan. The pass itself is a WebAssembly program
 * (`scanner-program.ts`). Token t is `bytes[tokenStart[t], tokenEnd[t])`, and its
 * masked text is known by a 64-bit hash; a wildcard's is 0. Hashes are seeded per
 * process, so that nobody can prepare lines that collide.
 */
export interface Scanner {
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
   * Finds the shapes of the messages from row `from` on, as many as fit into the window,
   * and returns how many there are: the two halves of the first are `shapes[0]` and
   * `shapes[1]`. They are what `scan` puts into `found`, but come much faster.
   */
  scanShapes(bytes: Uint8Array, start: Int32Array, end: Int32Array, from: number): number;
  readonly shapes: Int32Array;
  /** Masked text of a token of the last scan. */
  textOf(bytes: Uint8Array, token: number): TokenText;
  /** First mask that begins in a token of the last scan or after it. */
  firstMaskOf(token: number): number;
  /** Whether a token of the last scan holds a digit or a mask, or is a wildcard. */
  isVariable(bytes: Uint8Array, token: number): boolean;
  /** Two halves of the hash of a token's masked text. */
  hashesOf(text: TokenText): readonly [low: number, high: number];
}

/** A scanner for these masks. */
export function createScanner(masks: readonly MaskRule[]): Scanner {
  const { automaton, layout, module } = compiled(masks);
  const { memory, classify, scan: scanWindow, shapes: scanWindowShapes } = instantiate(module);
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
  const shapes = ints(layout.rowShapes, 2 * WINDOW_ROWS);

  /** The window holds `current[windowStart, windowEnd)`. */
  let current: Uint8Array | undefined;
  let windowStart = 0;
  let windowEnd = 0;

  const load = (bytes: Uint8Array, start: number): void => {
    current = bytes;
    windowStart = start;
    windowEnd = Math.min(bytes.length, start + WINDOW_BYTES);
    window.set(bytes.subarray(start, windowEnd));
    classify(windowEnd - start);
  };

  const scan = (bytes: Uint8Array, start: number, messageEnd: number): number => {
    const end = lookedAt(start, messageEnd);
    if (bytes !== current || start < windowStart || end > windowEnd) load(bytes, start);
    const delta = windowStart - layout.window;
    const tokens = scanWindow(start - delta, messageEnd - delta, delta);
    return found[3] !== 0 ? addRest(tokens, end, messageEnd) : tokens;
  };

  const scanShapes = (bytes: Uint8Array, start: Int32Array, end: Int32Array, from: number): number => {
    load(bytes, start[from]!);
    const most = Math.min(start.length, from + WINDOW_ROWS);
    let to = from;
    while (to < most && start[to]! >= windowStart && lookedAt(start[to]!, end[to]!) <= windowEnd) to++;
    rowStarts.set(start.subarray(from, to));
    rowEnds.set(end.subarray(from, to));
    scanWindowShapes(to - from, windowStart - layout.window);
    return to - from;
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
    scanShapes,
    shapes,
    firstMaskOf,
    textOf: (bytes, token) => {
      if (hashes[2 * token] === 0) return WILDCARD;
      const end = tokenEnd[token]!;
      let text = '';
      let at = tokenStart[token]!;
      for (let mask = firstMaskOf(token); mask < found[2]! && maskStart[mask]! < end; mask++) {
        text += latin1(bytes, at, maskStart[mask]!) + String.fromCharCode(FIRST_MASK + maskKind[mask]!);
        at = maskEnd[mask]!;
      }
      return text + latin1(bytes, at, end);
    },
    isVariable: (bytes, token) => {
      if (hashes[2 * token] === 0) return true;
      const end = tokenEnd[token]!;
      const mask = firstMaskOf(token);
      if (mask < found[2]! && maskStart[mask]! < end) return true;
      for (let i = tokenStart[token]!; i < end; i++) if (bytes[i]! >= 0x30 && bytes[i]! <= 0x39) return true;
      return false;
    },
    hashesOf: (text) => hashToken(text, seed),
  };
}

// --- internal ---

const seed = (crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n) | 1n;

/** The part of the WebAssembly API that is used here; it is the same in Node and in browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Compiled {
  readonly automaton: MaskAutomaton;
  readonly layout: ScannerLayout;
  readonly module: object;
}

const cache = new WeakMap<readonly MaskRule[], Compiled>();

/** Compiling takes a tenth of a second: once per list of masks is enough. */
function compiled(masks: readonly MaskRule[]): Compiled {
  const known = cache.get(masks);
  if (known) return known;
  const automaton = compileMasks(masks);
  const layout = layoutFor(automaton);
  const made = { automaton, layout, module: new WebAssembly.Module(assembleScanner(automaton, layout, seed)) };
  cache.set(masks, made);
  return made;
}

function instantiate(module: object) {
  return new WebAssembly.Instance(module).exports as {
    readonly memory: { readonly buffer: ArrayBuffer };
    classify(length: number): void;
    scan(at: number, end: number, delta: number): number;
    shapes(rows: number, delta: number): void;
  };
}

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
