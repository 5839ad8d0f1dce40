import { branch, branchIf, type Code, i32, type Local, loop, v128, when } from '../../util/wasm-assembler.ts';
import { BLOCK_LAYOUT } from './block-memory.ts';

/** Small readers of bytes as code, as in `formats/bytes.ts`. Places count from the first byte of the block. */

/** The byte at a place. */
export function byteAt(place: Code, ahead = 0): Code {
  return i32.load8(place, BLOCK_LAYOUT.bytes + ahead);
}

/** 16 bytes from a place on. */
export function bytesAt(place: Code): Code {
  return v128.load(place, BLOCK_LAYOUT.bytes);
}

/** As many ones as a number says, up to 16, then zeros. */
export function firstBytes(count: Code): Code {
  return v128.load(i32.sub(i32.const(16), count), BLOCK_LAYOUT.firstBytes);
}

export function isByte(byte: Code, value: number): Code {
  return i32.eq(byte, i32.const(value));
}

export function isDigit(byte: Code): Code {
  return i32.lessUnsigned(i32.sub(byte, i32.const(0x30)), i32.const(10));
}

export function isDigitOrLetter(byte: Code): Code {
  const letter = i32.sub(i32.or(byte, i32.const(0x20)), i32.const(0x61));
  return i32.or(isDigit(byte), i32.lessUnsigned(letter, i32.const(26)));
}

export function isBlank(byte: Code): Code {
  return isByte(byte, 0x20);
}

/** Blank or tab. */
export function isSpace(byte: Code): Code {
  return i32.or(isByte(byte, 0x20), isByte(byte, 0x09));
}

export function increment(local: Local): Code {
  return local.set(i32.add(local.get, i32.const(1)));
}

/** Moves `p` to the first byte that is none of these, or to `end`. */
export function skip(p: Local, end: Local, isOne: (byte: Code) => Code): Code {
  return loop((again) =>
    when(i32.lessThan(p.get, end.get), when(isOne(byteAt(p.get)), [...increment(p), ...branch(again)])),
  );
}

/** Moves `p` to the first byte that is one of `stops`, or to `end`. */
export function find(p: Local, end: Local, stops: readonly number[], found: Local): Code {
  const isStop = stops
    .map((stop) => v128.equal(bytesAt(p.get), v128.splat(stop)))
    .reduce((some, one) => v128.or(some, one));
  return [
    ...loop((again) =>
      when(i32.lessThan(p.get, end.get), [
        ...found.set(v128.bitmask(isStop)),
        ...p.set(i32.add(p.get, i32.select(found.get, i32.trailingZeros(found.get), i32.const(16)))),
        ...branchIf(i32.eqz(found.get), again),
      ]),
    ),
    ...when(i32.lessThan(end.get, p.get), p.set(end.get)),
  ];
}

/**
 * Reads the digits from `p` on into `value`, -1 where these are none or more than nine, and
 * moves `p` behind them.
 */
export function digits(p: Local, end: Local, value: Local, from: Local): Code {
  return [
    ...from.set(p.get),
    ...value.set(i32.const(0)),
    ...loop((again) =>
      when(
        i32.lessThan(p.get, end.get),
        when(isDigit(byteAt(p.get)), [
          ...value.set(i32.add(i32.mul(value.get, i32.const(10)), i32.sub(byteAt(p.get), i32.const(0x30)))),
          ...increment(p),
          ...branch(again),
        ]),
      ),
    ),
    ...when(
      i32.atLeastUnsigned(i32.sub(i32.sub(p.get, from.get), i32.const(1)), i32.const(9)),
      value.set(i32.const(-1)),
    ),
  ];
}
