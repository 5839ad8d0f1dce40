import { branchIf, type Code, type FunctionBuilder, i32, i64, type Local, loop, v128 } from '../util/wasm-assembler.ts';
import { LAST_PRIME, SHAPE_PRIME, TOKEN_PRIME } from './hashes.ts';
import { MEMO_ENTRIES, type ScannerLayout } from './scanner-layout.ts';

/**
 * What a token became is remembered, so that most tokens need no automaton. A token is
 * known by a 64-bit hash of its bytes in which digits that stand beside other digits are
 * alike: `10.0.213.7` and `10.0.108.7` are one to the masks. A digit alone counts as it
 * is, and so does whether a number begins with 0, which `0x1f` needs. A token is only
 * remembered where that is the whole truth: see `forget` in `scanner-tokens.ts`.
 */
export interface Memo {
  /** Computes the key of the token between `at` and `tokenEnd`. */
  readonly findKey: Code;
  /** 1 where the token is known; its hash is then in `hash`. */
  readonly recall: Code;
  /** Remembers the token that has become `hash`. */
  readonly remember: Code;
}

/** The token that is looked up. */
export interface MemoToken {
  readonly at: Local;
  readonly tokenEnd: Local;
  /** What the token becomes. */
  readonly hash: Local;
  /** Class of the blank behind it. */
  readonly blank: Code;
}

/** The code, for a program with these variables. */
export function memoProgram(
  f: FunctionBuilder,
  layout: ScannerLayout,
  seed: bigint,
  digitsAlike: boolean,
  { at, tokenEnd, hash, blank }: MemoToken,
): Memo {
  const key = f.local('i64');
  const slot = f.local('i32');
  const p = f.local('i32');
  const left = f.local('i32');
  const bytes = f.local('v128');
  const digits = f.local('v128');
  const before = f.local('v128');
  const inside = f.local('v128');
  /** All but the first byte of a token; then all. */
  const behind = f.local('v128');

  const isDigit = (value: Code): Code => v128.lessUnsigned(v128.sub(value, v128.splat(0x30)), v128.splat(10));
  const first = (count: Code): Code => v128.load(i32.sub(i32.const(16), count), layout.firstBytes);
  const one = v128.splat(0x31);
  const mix = (item: Code): Code => [
    ...key.set(i64.mul(i64.xor(key.get, item), i64.const(TOKEN_PRIME))),
    ...key.set(i64.xor(key.get, i64.shr(key.get, i64.const(32n)))),
  ];

  const digitsToOnes: Code = [
    ...digits.set(isDigit(bytes.get)),
    ...before.set(v128.and(isDigit(v128.load(i32.sub(p.get, i32.const(1)))), behind.get)),
    ...inside.set(v128.and(isDigit(v128.load(p.get, 1)), first(i32.sub(left.get, i32.const(1))))),
    // Digits that stand beside others: the first of them 0 or 1, the others 1.
    ...bytes.set(
      v128.bitselect(
        v128.or(v128.minUnsigned(bytes.get, one), v128.and(before.get, one)),
        bytes.get,
        v128.and(digits.get, v128.or(before.get, inside.get)),
      ),
    ),
    ...behind.set(v128.splat(-1)),
  ];

  return {
    findKey: [
      // The length counts, because a token may end in NUL, and the blank, because masks may tell one from another.
      ...key.set(i64.fromI32(i32.or(i32.shl(i32.sub(tokenEnd.get, at.get), i32.const(8)), blank))),
      ...key.set(i64.xor(i64.const(seed), i64.mul(key.get, i64.const(SHAPE_PRIME)))),
      ...p.set(at.get),
      ...(digitsAlike ? behind.set(v128.load(i32.const(0), layout.behindFirst)) : []),
      ...loop((again) => [
        ...left.set(i32.sub(tokenEnd.get, p.get)),
        ...left.set(i32.select(i32.lessThan(left.get, i32.const(16)), left.get, i32.const(16))),
        ...bytes.set(v128.and(v128.load(p.get), first(left.get))),
        ...(digitsAlike ? digitsToOnes : []),
        ...mix(v128.long(bytes.get, 0)),
        ...mix(v128.long(bytes.get, 1)),
        ...branchIf(i32.lessThan(p.tee(i32.add(p.get, i32.const(16))), tokenEnd.get), again),
      ]),
      ...key.set(i64.mul(key.get, i64.const(LAST_PRIME))),
      ...key.set(i64.xor(key.get, i64.shr(key.get, i64.const(29n)))),
      ...slot.set(i32.shl(i32.and(i32.fromI64(key.get), i32.const(MEMO_ENTRIES - 1)), i32.const(4))),
    ],
    recall: [...hash.set(i64.load(slot.get, layout.memo + 8)), ...i64.eq(i64.load(slot.get, layout.memo), key.get)],
    remember: [...i64.store(slot.get, key.get, layout.memo), ...i64.store(slot.get, hash.get, layout.memo + 8)],
  };
}
