import { byteKind } from './masks.ts';
import { FIRST_MASK, isVariable, type TokenText, WILDCARD } from './token-text.ts';

/** Multipliers of the hashes: odd numbers with bits all over. */
export const TOKEN_PRIME = 0x9e3779b97f4a7c15n;
export const LAST_PRIME = 0xd6e8feb86659fd93n;
export const SHAPE_PRIME = 0xc2b2ae3d27d4eb4fn;
/** Tells a message with a rest from one without. */
export const REST = 0x2545f491n;

/**
 * Hash of a token's masked text, as the scanner makes it from the bytes: the two
 * halves of 64 bits, the low one first. A wildcard is 0, 0; the highest bit says that the
 * token varies by its looks.
 */
export function hashToken(text: TokenText, seed: bigint): readonly [low: number, high: number] {
  if (text === WILDCARD) return [0, 0];
  let hash = BigInt.asUintN(64, seed);
  const mix = (item: bigint): void => {
    hash = BigInt.asUintN(64, (hash ^ item) * TOKEN_PRIME);
    hash ^= hash >> 32n;
  };
  for (let at = 0; at < text.length; ) {
    let piece = 0n;
    let size = 0;
    while (size < 8 && at + size < text.length && isWord(text.charCodeAt(at + size))) {
      piece |= BigInt(text.charCodeAt(at + size)) << BigInt(8 * size);
      size++;
    }
    mix(size > 0 ? piece : BigInt(text.charCodeAt(at)));
    at += Math.max(1, size);
  }
  hash = BigInt.asUintN(64, hash * LAST_PRIME);
  hash ^= hash >> 29n;
  if (BigInt.asUintN(32, hash) === 0n) hash ^= 1n;
  hash = BigInt.asUintN(63, hash) | (isVariable(text) ? 1n << 63n : 0n);
  return [Number(BigInt.asIntN(32, hash)), Number(BigInt.asIntN(32, hash >> 32n))];
}

/** Hash of a message, from those of its tokens; `rest` says that there is more than those. */
export function hashShape(
  tokens: readonly (readonly [low: number, high: number])[],
  rest: boolean,
  seed: bigint,
): readonly [low: number, high: number] {
  let shape = BigInt.asUintN(64, seed);
  for (const [low, high] of tokens) {
    const hash = (BigInt.asUintN(32, BigInt(high)) << 32n) | BigInt.asUintN(32, BigInt(low));
    shape = BigInt.asUintN(64, (shape ^ hash) * SHAPE_PRIME);
    shape ^= shape >> 32n;
  }
  if (rest) shape ^= REST;
  return [Number(BigInt.asIntN(32, shape)), Number(BigInt.asIntN(32, shape >> 32n))];
}

// --- internal ---

function isWord(code: number): boolean {
  return code < FIRST_MASK && (byteKind(code) === 'digit' || byteKind(code) === 'letter');
}
