import { block, branch, branchIf, type Code, i32, type Local, loop, when } from '../../util/wasm-assembler.ts';
import { byteAt, digits, find, increment, isBlank, isByte, skip } from '../programs/byte-code.ts';
import type { HeaderCode, HeaderVariables } from '../programs/header-program.ts';
import { BLANK, CLOSE, COLON, OPEN } from './bytes.ts';

/** Bytes of a tag, and of what its brackets hold, at most. */
export const LONGEST_TAG = 96;

/** What `rfc3164Format` does with lines, as code; repeated messages are left to it. */
export const rfc3164Code: HeaderCode = {
  key: 'rfc3164',
  levelWords: false,
  build: (header) => {
    const { end, local, messageStart } = header;
    const p = local('i32');
    const q = local('i32');
    const found = local('i32');
    const mayBeRepeated = i32.and(isByte(byteAt(messageStart.get), 0x6d), isByte(byteAt(end.get, -1), CLOSE));
    return [
      ...readPriority(header, p),
      ...header.readTime(p.get, end.get, p),
      ...skip(p, end, isBlank),
      ...q.set(p.get),
      ...find(q, end, [BLANK], found),
      // Without a host the first word is the tag, and only a tag has a colon or brackets.
      ...when(i32.and(i32.lessThan(q.get, end.get), i32.eqz(looksLikeTag(p, q))), [
        ...header.readWord(header.host, p.get, q.get),
        ...p.set(q.get),
        ...skip(p, end, isBlank),
      ]),
      ...readTag(header, p, q),
      ...messageStart.set(p.get),
      ...header.leaveIf(mayBeRepeated),
    ];
  },
};

// --- internal ---

const int = i32.const;

/** Sets `p` behind the `<PRI>` that the line begins with, or to its beginning. */
function readPriority({ start, end, level, local }: HeaderVariables, p: Local): Code {
  const value = local('i32');
  const from = local('i32');
  const valid = i32.and(
    i32.and(i32.lessThan(p.get, end.get), isByte(byteAt(p.get), 0x3e)),
    i32.and(i32.lessUnsigned(value.get, int(192)), i32.lessThan(i32.sub(p.get, from.get), int(4))),
  );
  return [
    ...p.set(start.get),
    ...when(isByte(byteAt(p.get), 0x3c), [
      ...increment(p),
      ...digits(p, end, value, from),
      ...when(valid, [...level.set(i32.and(value.get, int(7))), ...increment(p)], p.set(start.get)),
    ]),
  ];
}

/** A word that ends in a colon or has brackets. */
function looksLikeTag(from: Local, to: Local): Code {
  return i32.or(
    isByte(byteAt(to.get, -1), COLON),
    i32.and(isByte(byteAt(to.get, -1), CLOSE), i32.eqz(isByte(byteAt(from.get), OPEN))),
  );
}

/** Moves `p` behind the tag that stands there, where one does. */
function readTag({ end, app, pid, local, readWord }: HeaderVariables, p: Local, q: Local): Code {
  const limit = local('i32');
  const close = local('i32');
  const digitsAt = local('i32');
  const value = local('i32');
  const from = local('i32');
  const stop = local('i32');
  const within = (place: Local): Code => [
    ...limit.set(i32.add(place.get, int(LONGEST_TAG))),
    ...when(i32.lessThan(end.get, limit.get), limit.set(end.get)),
  ];
  const endOrBlank = (place: Code): Code => i32.or(i32.eq(place, end.get), isBlank(byteAt(place)));
  const afterTag: Code = [
    ...when(i32.lessThan(p.get, end.get), when(isByte(byteAt(p.get), COLON), increment(p))),
    ...when(i32.lessThan(p.get, end.get), when(isBlank(byteAt(p.get)), increment(p))),
  ];
  const takePid: Code = [
    ...digitsAt.set(i32.add(q.get, int(1))),
    ...digits(digitsAt, close, value, from),
    ...pid.set(i32.select(i32.eq(digitsAt.get, close.get), value.get, int(-1))),
    ...p.set(i32.add(close.get, int(1))),
  ];
  return block((none) => [
    ...q.set(p.get),
    ...within(q),
    ...block((plain) => [
      ...loop((again) => [
        ...branchIf(i32.atLeast(q.get, limit.get), none),
        ...stop.set(byteAt(q.get)),
        ...branchIf(isBlank(stop.get), none),
        ...when(isByte(stop.get, COLON), branchIf(endOrBlank(i32.add(q.get, int(1))), plain)),
        ...when(i32.eqz(isByte(stop.get, OPEN)), [...increment(q), ...branch(again)]),
      ]),
      ...branchIf(i32.eq(q.get, p.get), none),
      ...close.set(q.get),
      ...within(close),
      ...loop((again) => [
        ...increment(close),
        ...branchIf(i32.atLeast(close.get, limit.get), none),
        ...branchIf(i32.eqz(isByte(byteAt(close.get), CLOSE)), again),
      ]),
      ...branchIf(i32.eqz(i32.or(endOrBlank(i32.add(close.get, int(1))), isByte(byteAt(close.get, 1), COLON))), none),
      ...readWord(app, p.get, q.get),
      ...takePid,
      ...afterTag,
      ...branch(none),
    ]),
    ...branchIf(i32.eq(q.get, p.get), none),
    ...readWord(app, p.get, q.get),
    ...p.set(q.get),
    ...afterTag,
  ]);
}
