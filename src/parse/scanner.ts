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
  /** 1 for a token with a digit or a mask, or a wildcard. */
  readonly variable: Uint8Array;
  /** Index of the first mask of each token; one more entry ends the last token. */
  readonly firstMask: Int32Array;
  /** Hash (first half) of the token's text before its first `=`, 0 where it has none. */
  readonly keyHash: Int32Array;
  /** First byte after the token's first `=`. */
  readonly valueStart: Int32Array;
  /** Mask m is of kind `maskKind[m]` and stands for `bytes[maskStart[m], maskEnd[m])`. */
  readonly maskKind: Uint8Array;
  readonly maskStart: Int32Array;
  readonly maskEnd: Int32Array;
  /** Hash of the whole message's masked text, two halves. */
  readonly shape: Int32Array;
  /** Scans `bytes[start, end)` and returns the number of tokens. */
  scan(bytes: Uint8Array, start: number, end: number): number;
  /** Masked text of a token of the last scan. */
  textOf(bytes: Uint8Array, token: number): TokenText;
  /** The first and the second half of the hash of a token's masked text. */
  hashesOf(text: TokenText): readonly [a: number, b: number];
  /** The `keyHash` of tokens that begin with `key=`. */
  keyHashOf(key: string): number;
}

/** A scanner for these masks. */
export function createScanner(masks: readonly MaskRule[]): Scanner {
  const automaton = automatonOf(masks);
  const { classOf, next, accepts, digitClasses, wordClasses, blankClasses, joins, startOpen, startJoined } = automaton;
  const hashA = new Int32Array(MAX_TOKENS);
  const hashB = new Int32Array(MAX_TOKENS);
  const tokenStart = new Int32Array(MAX_TOKENS);
  const tokenEnd = new Int32Array(MAX_TOKENS);
  const variable = new Uint8Array(MAX_TOKENS);
  const firstMask = new Int32Array(MAX_TOKENS + 1);
  const keyHash = new Int32Array(MAX_TOKENS);
  const valueStart = new Int32Array(MAX_TOKENS);
  // A mask takes at least one byte of the message.
  const maskKind = new Uint8Array(MAX_BYTES);
  const maskStart = new Int32Array(MAX_BYTES);
  const maskEnd = new Int32Array(MAX_BYTES);
  const shape = new Int32Array(2);
  const seedA = seeds[0]! | 1;
  const seedB = seeds[1]! | 1;

  const scan = (bytes: Uint8Array, start: number, messageEnd: number): number => {
    const end = messageEnd - start > MAX_BYTES ? start + MAX_BYTES : messageEnd;
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
      const first = at;
      let a = seedA;
      let b = seedB;
      let literals = 0;
      let varies = 0;
      let key = 0;
      let value = 0;
      /** Class of the byte before: a blank at first. */
      let before = wordClasses;
      firstMask[tokens] = masksFound;
      do {
        if (cls < wordClasses) {
          // A run of word bytes: hashed as a literal and tried as a mask in the same pass.
          let state = before < wordClasses ? 0 : joins[before] === 1 ? startJoined : startOpen;
          let p = at;
          let runA = a;
          let runB = b;
          let lowest = cls;
          do {
            state = next[state + cls]!;
            const byte = bytes[p]!;
            runA = Math.imul(runA ^ byte, PRIME_A);
            runB = Math.imul(runB ^ byte, PRIME_B);
            if (cls < lowest) lowest = cls;
            before = cls;
            p++;
            cls = p < end ? classOf[bytes[p]!]! : wordClasses;
          } while (cls < wordClasses);
          let best = 0;
          let kind = 0;
          if (state !== 0) {
            if (accepts[state] !== 0) {
              best = p;
              kind = accepts[state]!;
            }
            let q = p;
            let last = before;
            while (q < end) {
              const c = classOf[bytes[q]!]!;
              state = next[state + c]!;
              if (state === 0) break;
              q++;
              last = c;
              if (accepts[state] !== 0 && (last >= wordClasses || q >= end || classOf[bytes[q]!]! >= wordClasses)) {
                best = q;
                kind = accepts[state]!;
              }
            }
          }
          if (best === 0) {
            a = runA;
            b = runB;
            literals += p - at;
            if (lowest < digitClasses) varies = 1;
            at = p;
          } else {
            maskKind[masksFound] = kind - 1;
            maskStart[masksFound] = at;
            maskEnd[masksFound++] = best;
            a = Math.imul(a ^ (FIRST_MASK + kind - 1), PRIME_A);
            b = Math.imul(b ^ (FIRST_MASK + kind - 1), PRIME_B);
            varies = 1;
            at = best;
            before = classOf[bytes[at - 1]!]!;
            cls = at < end ? classOf[bytes[at]!]! : wordClasses;
          }
        } else {
          const byte = bytes[at]!;
          let best = 0;
          let kind = 0;
          if (before >= wordClasses) {
            let state = next[(joins[before] === 1 ? startJoined : startOpen) + cls]!;
            let q = at + 1;
            let last = cls;
            while (state !== 0) {
              if (accepts[state] !== 0 && (last >= wordClasses || q >= end || classOf[bytes[q]!]! >= wordClasses)) {
                best = q;
                kind = accepts[state]!;
              }
              if (q >= end) break;
              last = classOf[bytes[q]!]!;
              state = next[state + last]!;
              q++;
            }
          }
          if (best === 0) {
            if (byte === EQUALS && value === 0) {
              key = a;
              value = at + 1;
            }
            a = Math.imul(a ^ byte, PRIME_A);
            b = Math.imul(b ^ byte, PRIME_B);
            literals++;
            before = cls;
            at++;
          } else {
            maskKind[masksFound] = kind - 1;
            maskStart[masksFound] = at;
            maskEnd[masksFound++] = best;
            a = Math.imul(a ^ (FIRST_MASK + kind - 1), PRIME_A);
            b = Math.imul(b ^ (FIRST_MASK + kind - 1), PRIME_B);
            varies = 1;
            at = best;
            before = classOf[bytes[at - 1]!]!;
          }
          cls = at < end ? classOf[bytes[at]!]! : wordClasses;
        }
      } while (cls < wordClasses || cls >= blankClasses);
      if (literals > MAX_LITERAL) {
        a = 0;
        b = 0;
        varies = 1;
      } else {
        a ^= a >>> 15;
        b ^= b >>> 15;
        if (a === 0) a = 1;
      }
      hashA[tokens] = a;
      hashB[tokens] = b;
      tokenStart[tokens] = first;
      tokenEnd[tokens] = at;
      variable[tokens] = varies;
      keyHash[tokens] = key;
      valueStart[tokens] = value;
      tokens++;
      shapeA = Math.imul(shapeA ^ a, PRIME_SHAPE_A);
      shapeA ^= shapeA >>> 15;
      shapeB = Math.imul(shapeB ^ b, PRIME_SHAPE_B);
      shapeB ^= shapeB >>> 13;
    }
    firstMask[tokens] = masksFound;
    if (rest) {
      hashA[tokens] = 0;
      hashB[tokens] = 0;
      tokenStart[tokens] = at;
      tokenEnd[tokens] = messageEnd;
      variable[tokens] = 1;
      keyHash[tokens] = 0;
      valueStart[tokens] = 0;
      tokens++;
      firstMask[tokens] = masksFound;
      shapeA = Math.imul(shapeA, PRIME_SHAPE_A) ^ 1;
    }
    shape[0] = shapeA ^ tokens;
    shape[1] = shapeB;
    return tokens;
  };

  return {
    automaton,
    hashA,
    hashB,
    tokenStart,
    tokenEnd,
    variable,
    firstMask,
    keyHash,
    valueStart,
    maskKind,
    maskStart,
    maskEnd,
    shape,
    scan,
    textOf: (bytes, token) => {
      if (hashA[token] === 0 && hashB[token] === 0) return WILDCARD;
      let text = '';
      let at = tokenStart[token]!;
      for (let mask = firstMask[token]!; mask < firstMask[token + 1]!; mask++) {
        text += latin1(bytes, at, maskStart[mask]!) + String.fromCharCode(FIRST_MASK + maskKind[mask]!);
        at = maskEnd[mask]!;
      }
      return text + latin1(bytes, at, tokenEnd[token]!);
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
    keyHashOf: (key) => {
      let a = seedA;
      for (let i = 0; i < key.length; i++) a = Math.imul(a ^ key.charCodeAt(i), PRIME_A);
      return a;
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
