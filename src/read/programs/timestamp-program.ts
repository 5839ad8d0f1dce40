import {
  block,
  branch,
  branchIf,
  type Code,
  type FunctionBuilder,
  type FunctionSource,
  f64,
  i32,
  type Label,
  type Local,
  loop,
  v128,
  when,
} from '../../util/wasm-assembler.ts';
import { byteAt, bytesAt, increment, isBlank, isByte, isDigit, isDigitOrLetter } from './byte-code.ts';
import { FOLLOWED_BY, KIND, TIMESTAMP } from './timestamp-pattern.ts';

/**
 * The function `timestamp(at, end)`: reads the timestamp at a place of the block where it is as
 * the pattern in the memory says: the same date, zone and signs as in an earlier line, another
 * time of day. It leaves epoch milliseconds in `TIMESTAMP.time` and returns the first byte behind
 * the timestamp, or -1 where it is another one. What it reads, and only that, the shapes in
 * `time/timestamps.ts` and the clock would read in the same way.
 */
export const timestampFunction: FunctionSource = { name: 'timestamp', result: true, build: timestamp };

// --- internal ---

const int = i32.const;
const DOT = 0x2e;
const COMMA = 0x2c;
const setting = (place: number): Code => i32.load(int(0), place);

function timestamp(f: FunctionBuilder): Code {
  const at = f.parameter('i32');
  const end = f.parameter('i32');
  const p = f.local('i32');
  const next = f.local('i32');
  const reader: TimestampReader = { f, at, end, p, valid: f.local('i32'), milliseconds: f.local('i32') };
  return [
    ...next.set(int(-1)),
    ...block((other) => [
      ...block((read) => [
        ...when(i32.eq(setting(TIMESTAMP.kind), int(KIND.epoch)), [...epoch(reader, other), ...branch(read)]),
        ...branchIf(i32.notEqual(setting(TIMESTAMP.kind), int(KIND.clock)), other),
        ...clock(reader, other),
      ]),
      ...when(
        setting(TIMESTAMP.bracket),
        when(i32.lessThan(p.get, end.get), when(i32.eq(byteAt(p.get), setting(TIMESTAMP.bracket)), increment(p))),
      ),
      ...next.set(p.get),
    ]),
    ...next.get,
  ];
}

interface TimestampReader {
  readonly f: FunctionBuilder;
  readonly at: Local;
  readonly end: Local;
  /** The next byte to be read. */
  readonly p: Local;
  /** 1 while all bytes that should be digits are. */
  readonly valid: Local;
  readonly milliseconds: Local;
}

/** Date, `hh:mm:ss`, fraction, zone or year. */
function clock({ f, at, end, p, valid, milliseconds }: TimestampReader, other: Label): Code {
  const hour = f.local('i32');
  const minute = f.local('i32');
  const second = f.local('i32');
  const gap = f.local('i32');
  const ofDay = f.local('i32');
  const differs = (a: Code, b: Code): Code => branchIf(i32.notEqual(a, b), other);
  return [
    ...branchIf(
      v128.any(
        v128.xor(v128.and(bytesAt(at.get), v128.load(int(0), TIMESTAMP.headMask)), v128.load(int(0), TIMESTAMP.head)),
      ),
      other,
    ),
    ...p.set(i32.add(at.get, setting(TIMESTAMP.headLength))),
    ...gap.set(setting(TIMESTAMP.gap)),
    ...branchIf(i32.lessThan(end.get, i32.add(i32.add(p.get, i32.shl(gap.get, int(1))), int(2))), other),
    ...when(setting(TIMESTAMP.separator), [
      ...differs(byteAt(p.get, 2), setting(TIMESTAMP.separator)),
      ...differs(byteAt(p.get, 5), setting(TIMESTAMP.separator)),
    ]),
    ...valid.set(int(1)),
    ...hour.set(digitsAt(p, 2, valid)),
    ...p.set(i32.add(p.get, gap.get)),
    ...minute.set(digitsAt(p, 2, valid)),
    ...p.set(i32.add(p.get, gap.get)),
    ...second.set(digitsAt(p, 2, valid)),
    ...p.set(i32.add(p.get, int(2))),
    ...valid.set(i32.and(valid.get, i32.lessThan(hour.get, int(24)))),
    ...valid.set(i32.and(valid.get, i32.lessThan(minute.get, int(60)))),
    ...valid.set(i32.and(valid.get, i32.lessThan(second.get, int(61)))),
    ...branchIf(i32.eqz(valid.get), other),
    ...milliseconds.set(int(0)),
    ...when(
      setting(TIMESTAMP.fraction),
      fraction(p, end, milliseconds, i32.or(isByte(byteAt(p.get), DOT), isByte(byteAt(p.get), COMMA))),
    ),
    ...ofDay.set(i32.add(i32.mul(hour.get, int(60)), minute.get)),
    ...ofDay.set(i32.add(i32.mul(i32.add(i32.mul(ofDay.get, int(60)), second.get), int(1000)), milliseconds.get)),
    ...branchIf(i32.lessThan(ofDay.get, setting(TIMESTAMP.from)), other),
    ...branchIf(i32.atLeast(ofDay.get, setting(TIMESTAMP.to)), other),
    ...tail(p, end, other),
    ...f64.store(int(0), f64.add(f64.load(int(0), TIMESTAMP.base), f64.fromI32(ofDay.get)), TIMESTAMP.time),
  ];
}

/** What stands behind the time of day, and what must not follow it. */
function tail(p: Local, end: Local, other: Label): Code {
  const follows = (what: number, code: Code): Code => when(i32.eq(setting(TIMESTAMP.follow), int(what)), code);
  const isSign = (ahead: number): Code =>
    i32.or(isByte(byteAt(p.get, ahead), 0x2b), isByte(byteAt(p.get, ahead), 0x2d));
  const signAndDigit = (ahead: number): Code => i32.and(isSign(ahead), isDigit(byteAt(p.get, ahead + 1)));
  const fourDigits = [1, 2, 3, 4].map((ahead) => isDigit(byteAt(p.get, ahead))).reduce((a, b) => i32.and(a, b));
  return [
    ...when(setting(TIMESTAMP.tailLength), [
      ...branchIf(i32.lessThan(end.get, i32.add(p.get, setting(TIMESTAMP.tailLength))), other),
      ...branchIf(
        v128.any(
          v128.xor(v128.and(bytesAt(p.get), v128.load(int(0), TIMESTAMP.tailMask)), v128.load(int(0), TIMESTAMP.tail)),
        ),
        other,
      ),
      ...p.set(i32.add(p.get, setting(TIMESTAMP.tailLength))),
    ]),
    ...when(i32.lessThan(p.get, end.get), [
      ...follows(FOLLOWED_BY.noWord, branchIf(isDigitOrLetter(byteAt(p.get)), other)),
      // Only where JavaScript would certainly see no zone.
      ...follows(FOLLOWED_BY.noZone, [
        ...branchIf(i32.or(isByte(byteAt(p.get), 0x5a), signAndDigit(0)), other),
        ...branchIf(i32.and(isBlank(byteAt(p.get)), signAndDigit(1)), other),
      ]),
      ...follows(FOLLOWED_BY.noYear, when(isBlank(byteAt(p.get)), branchIf(fourDigits, other))),
    ]),
  ];
}

/** Seconds with or without a fraction, or milliseconds. */
function epoch({ f, at, end, p, valid, milliseconds }: TimestampReader, other: Label): Code {
  const high = f.local('i32');
  const low = f.local('i32');
  const seconds = f64.add(f64.mul(f64.fromI32(high.get), f64.const(100_000)), f64.fromI32(low.get));
  return [
    ...p.set(i32.add(at.get, setting(TIMESTAMP.headLength))),
    ...branchIf(i32.lessThan(end.get, i32.add(p.get, int(10))), other),
    ...valid.set(int(1)),
    ...high.set(digitsAt(p, 5, valid)),
    ...p.set(i32.add(p.get, int(5))),
    ...low.set(digitsAt(p, 5, valid)),
    ...p.set(i32.add(p.get, int(5))),
    ...branchIf(i32.or(i32.eqz(valid.get), i32.lessThan(high.get, int(1000))), other),
    ...milliseconds.set(int(0)),
    ...valid.set(i32.lessThan(i32.add(p.get, int(2)), end.get)),
    ...milliseconds.set(digitsAt(p, 3, valid)),
    ...when(valid.get, p.set(i32.add(p.get, int(3))), [
      ...milliseconds.set(int(0)),
      ...fraction(p, end, milliseconds, isByte(byteAt(p.get), DOT)),
    ]),
    ...when(i32.lessThan(p.get, end.get), branchIf(isDigitOrLetter(byteAt(p.get)), other)),
    ...f64.store(int(0), f64.add(f64.mul(seconds, f64.const(1000)), f64.fromI32(milliseconds.get)), TIMESTAMP.time),
  ];
}

/** Value of so many bytes at `p`; `valid` becomes 0 where one is no digit. */
function digitsAt(p: Local, count: number, valid: Local): Code {
  const places = Array.from({ length: count }, (_, i) => i);
  return [
    ...valid.set(places.reduce((all, i) => i32.and(all, isDigit(byteAt(p.get, i))), valid.get)),
    ...places.reduce<Code>(
      (value, i) => i32.add(i32.mul(value, int(10)), i32.sub(byteAt(p.get, i), int(0x30))),
      int(0),
    ),
  ];
}

/** Moves `p` behind the digits after a separator at `p`, where there are some. */
function fraction(p: Local, end: Local, milliseconds: Local, isSeparator: Code): Code {
  const digit = i32.sub(byteAt(p.get), int(0x30));
  const take = (scale: number): Code =>
    when(
      i32.lessThan(p.get, end.get),
      when(isDigit(byteAt(p.get)), [
        ...milliseconds.set(i32.add(milliseconds.get, i32.mul(digit, int(scale)))),
        ...increment(p),
        ...(scale > 1 ? take(scale / 10) : skipDigits),
      ]),
    );
  const skipDigits = loop((again) =>
    when(i32.lessThan(p.get, end.get), when(isDigit(byteAt(p.get)), [...increment(p), ...branch(again)])),
  );
  return when(i32.and(i32.lessThan(i32.add(p.get, int(1)), end.get), i32.and(isSeparator, isDigit(byteAt(p.get, 1)))), [
    ...increment(p),
    ...take(100),
  ]);
}
