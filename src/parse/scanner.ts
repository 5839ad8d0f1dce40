import { compileMasks, type MaskAutomaton } from './mask-automaton.ts';
import { MAX_BYTES, MAX_LITERAL, MAX_TOKENS, type MaskRule } from './masks.ts';
import { FIRST_MASK, type TokenText, WILDCARD } from './token-text.ts';

/**
 * Splits messages into masked tokens by the specification in `masks.ts`, in one pass
 * over the bytes and without making a string or an object: what it finds stands in
 * its arrays until the next scan. Token t is `bytes[tokenStart[t], tokenEnd[t])`, and
 * its masked text is known by a 64-bit hash, two 32-bit halves; a wildcard
 * hashes to 0, 0. Hashes are seeded per process, so that nobody can prepare lines that
 * collide.
 */
export interface Scanner {
  readonly automaton: MaskAutomaton;
  readonly hashA: Int32Array;
  readonly hashB: Int32Array;
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
   * Scans `bytes[start, end)` and returns the number of tokens. While one array is
   * scanned from its beginning to its end its content must not change.
   */
  scan(bytes: Uint8Array, start: number, end: number): number;
  /** Masked text of a token of the last scan. */
  textOf(bytes: Uint8Array, token: number): TokenText;
  /** First mask that begins in a token of the last scan or after it. */
  firstMaskOf(token: number): number;
  /** Whether a token of the last scan holds a digit or a mask, or is a wildcard. */
  isVariable(bytes: Uint8Array, token: number): boolean;
  /** The first and the second half of the hash of a token's masked text. */
  hashesOf(text: TokenText): readonly [a: number, b: number];
}

/** A scanner for these masks. */
export function createScanner(masks: readonly MaskRule[]): Scanner {
  const automaton = automatonOf(masks);
  const { classOf, next, accepts, firstAccepting, wordClasses, blankClasses, joins } = automaton;
  const { startOpen, startPlain, startJoined } = automaton;
  const hashA = new Int32Array(MAX_TOKENS);
  const hashB = new Int32Array(MAX_TOKENS);
  const tokenStart = new Int32Array(MAX_TOKENS);
  const tokenEnd = new Int32Array(MAX_TOKENS);
  const valueStart = new Int32Array(MAX_TOKENS);
  // A mask takes at least one byte of the message.
  const maskKind = new Uint8Array(MAX_BYTES);
  const maskStart = new Int32Array(MAX_BYTES);
  const maskEnd = new Int32Array(MAX_BYTES);
  const found = new Int32Array(3);
  const seedA = seeds[0]! | 1;
  const seedB = seeds[1]! | 1;

  let current: Uint8Array | undefined;
  /** The first `@` at or after some byte of `current` that was scanned before. */
  let atSign = -1;

  const scan = (bytes: Uint8Array, start: number, messageEnd: number): number => {
    const end = messageEnd - start > MAX_BYTES ? start + MAX_BYTES : messageEnd;
    if (bytes !== current || atSign < start) {
      current = bytes;
      atSign = bytes.indexOf(AT_SIGN, start);
      if (atSign < 0) atSign = bytes.length;
    }
    const open = atSign < end ? startOpen : startPlain;
    let rest = end < messageEnd;
    let at = start;
    let tokens = 0;
    let masksFound = 0;
    let shapeA = seedA;
    let shapeB = seedB;
    for (;;) {
      let cls = 0;
      while (at < end) {
        cls = classOf[bytes[at]!]!;
        if (cls < wordClasses || cls >= blankClasses) break;
        at++;
      }
      if (at >= end) break;
      if (tokens === MAX_TOKENS - 1) {
        rest = true;
        break;
      }
      tokenStart[tokens] = at;
      let a = seedA;
      let b = seedB;
      let literals = 0;
      let value = 0;
      /** Class of the byte before: a blank at first. */
      let before = wordClasses;
      do {
        // Where a word byte stands before, nothing can match.
        let state = before < wordClasses ? 0 : joins[before] === 1 ? startJoined : open;
        let matched = 0;
        let matchedState = 0;
        let p = at;
        let last = cls;
        // Within a run of word bytes there is no end of a match.
        while (state !== 0) {
          state = next[state + cls]!;
          if (state === 0) break;
          p++;
          last = cls;
          cls = p < end ? classOf[bytes[p]!]! : wordClasses;
          if (state >= firstAccepting && (last >= wordClasses || cls >= wordClasses)) {
            matched = p;
            matchedState = state;
          }
          if (p >= end) break;
        }
        if (matched !== 0) {
          const kind = accepts[matchedState]!;
          maskKind[masksFound] = kind;
          maskStart[masksFound] = at;
          maskEnd[masksFound++] = matched;
          a = Math.imul(a ^ (FIRST_MASK + kind), PRIME_A);
          b = Math.imul(b ^ (FIRST_MASK + kind), PRIME_B);
          at = matched;
          before = classOf[bytes[at - 1]!]!;
          cls = at < end ? classOf[bytes[at]!]! : wordClasses;
          continue;
        }
        let byte = bytes[at]!;
        if (byte === EQUALS && value === 0) value = at + 1;
        before = classOf[byte]!;
        const first = at;
        a = Math.imul(a ^ byte, PRIME_A);
        b = Math.imul(b ^ byte, PRIME_B);
        at++;
        cls = wordClasses;
        while (at < end) {
          byte = bytes[at]!;
          cls = classOf[byte]!;
          if (cls >= wordClasses || before >= wordClasses) break;
          a = Math.imul(a ^ byte, PRIME_A);
          b = Math.imul(b ^ byte, PRIME_B);
          at++;
          cls = wordClasses;
        }
        literals += at - first;
      } while (cls < wordClasses || cls >= blankClasses);
      if (literals > MAX_LITERAL) {
        a = 0;
        b = 0;
      } else {
        a ^= a >>> 15;
        b ^= b >>> 15;
        if (a === 0) a = 1;
      }
      hashA[tokens] = a;
      hashB[tokens] = b;
      tokenEnd[tokens] = at;
      valueStart[tokens] = value;
      tokens++;
      shapeA = Math.imul(shapeA ^ a, PRIME_SHAPE_A);
      shapeA ^= shapeA >>> 15;
      shapeB = Math.imul(shapeB ^ b, PRIME_SHAPE_B);
      shapeB ^= shapeB >>> 13;
    }
    if (rest) {
      hashA[tokens] = 0;
      hashB[tokens] = 0;
      tokenStart[tokens] = at;
      tokenEnd[tokens] = messageEnd;
      valueStart[tokens] = 0;
      tokens++;
      shapeA = Math.imul(shapeA, PRIME_SHAPE_A) ^ 1;
    }
    found[0] = shapeA ^ tokens;
    found[1] = shapeB;
    found[2] = masksFound;
    return tokens;
  };

  const firstMaskOf = (token: number): number => {
    let mask = 0;
    while (mask < found[2]! && maskStart[mask]! < tokenStart[token]!) mask++;
    return mask;
  };
  const textOf = (bytes: Uint8Array, token: number): TokenText => {
    if (hashA[token] === 0 && hashB[token] === 0) return WILDCARD;
    const end = tokenEnd[token]!;
    let text = '';
    let at = tokenStart[token]!;
    for (let mask = firstMaskOf(token); mask < found[2]! && maskStart[mask]! < end; mask++) {
      text += latin1(bytes, at, maskStart[mask]!) + String.fromCharCode(FIRST_MASK + maskKind[mask]!);
      at = maskEnd[mask]!;
    }
    return text + latin1(bytes, at, end);
  };

  return {
    automaton,
    hashA,
    hashB,
    tokenStart,
    tokenEnd,
    valueStart,
    maskKind,
    maskStart,
    maskEnd,
    found,
    scan,
    textOf,
    firstMaskOf,
    isVariable: (bytes, token) => {
      const start = tokenStart[token]!;
      const end = tokenEnd[token]!;
      if (hashA[token] === 0 && hashB[token] === 0) return true;
      const mask = firstMaskOf(token);
      if (mask < found[2]! && maskStart[mask]! < end) return true;
      for (let i = start; i < end; i++) if (bytes[i]! >= 0x30 && bytes[i]! <= 0x39) return true;
      return false;
    },
    hashesOf: (text) => {
      if (text === WILDCARD) return [0, 0];
      let a = seedA;
      let b = seedB;
      for (let i = 0; i < text.length; i++) {
        a = Math.imul(a ^ text.charCodeAt(i), PRIME_A);
        b = Math.imul(b ^ text.charCodeAt(i), PRIME_B);
      }
      a ^= a >>> 15;
      return [a === 0 ? 1 : a, b ^ (b >>> 15)];
    },
  };
}

/** Bytes as a string with one character per byte. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

// --- internal ---

const EQUALS = 0x3d;
const AT_SIGN = 0x40;
const PRIME_A = 0x01000193;
const PRIME_B = 0x5bd1e995;
const PRIME_SHAPE_A = 0x9e3779b1 | 0;
const PRIME_SHAPE_B = 0x85ebca77 | 0;
const seeds = crypto.getRandomValues(new Int32Array(2));
const automata = new WeakMap<readonly MaskRule[], MaskAutomaton>();

/** Compiling takes a tenth of a second: once per list of masks is enough. */
function automatonOf(masks: readonly MaskRule[]): MaskAutomaton {
  const known = automata.get(masks);
  if (known) return known;
  const automaton = compileMasks(masks);
  automata.set(masks, automaton);
  return automaton;
}
