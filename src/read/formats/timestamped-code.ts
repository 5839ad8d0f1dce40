import {
  block,
  branch,
  branchIf,
  type Code,
  i32,
  type Label,
  type Local,
  loop,
  when,
} from '../../util/wasm-assembler.ts';
import { byteAt, digits, find, increment, isByte, isSpace, skip } from '../programs/byte-code.ts';
import type { HeaderCode, HeaderVariables } from '../programs/header-program.ts';
import { BLANK, CLOSE, COLON, DASH, OPEN, TAB } from './bytes.ts';
import { type HeaderPart, LONGEST_GROUP } from './header-layout.ts';

/** What `timestampedFormat` does with lines that have these parts, as code. */
export function timestampedCode(parts: readonly HeaderPart[]): HeaderCode {
  return {
    key: `timestamped ${parts.join(' ')}`,
    levelWords: parts.includes('level'),
    build: (header) => {
      const { start, end, local, messageStart } = header;
      const reader: PartReader = {
        header,
        p: local('i32'),
        from: local('i32'),
        q: local('i32'),
        value: local('i32'),
        found: local('i32'),
      };
      const { p, from } = reader;
      return [
        ...p.set(start.get),
        ...block((message) =>
          parts.flatMap((part) => [
            ...skip(p, end, isSpace),
            ...from.set(p.get),
            ...readPart(part, reader, message),
            // Here the line has something else: its header ends, the message begins.
            ...branchIf(i32.eq(p.get, from.get), message),
          ]),
        ),
        ...skip(p, end, isSpace),
        ...messageStart.set(p.get),
      ];
    },
  };
}

// --- internal ---

const int = i32.const;
const PARENTHESIS = 0x28;

interface PartReader {
  readonly header: HeaderVariables;
  /** The next byte, and the first one of the part. */
  readonly p: Local;
  readonly from: Local;
  /** For parts to use as they like. */
  readonly q: Local;
  readonly value: Local;
  readonly found: Local;
}

/** Moves `p` behind the part, where the line has it; goes to `message` where it is at its end. */
function readPart(part: HeaderPart, reader: PartReader, message: Label): Code {
  const { header, p, from, found } = reader;
  const { end } = header;
  const token: Code = [...find(p, end, [BLANK, TAB], found), ...branchIf(i32.eq(p.get, from.get), message)];
  switch (part) {
    case 'skip':
      return token;
    case 'time':
      return header.readTime(p.get, end.get, p);
    case 'pid':
    case 'number':
      return readNumber(reader, part === 'pid' ? header.pid : undefined);
    case 'level':
      return [...token, ...header.readWord(header.levelWord, from.get, p.get)];
    case 'group':
      return readGroup(reader);
    case 'component':
      return [...token, ...readComponent(reader)];
    default:
      return [...token, ...header.readWord(part === 'host' ? header.host : header.app, from.get, p.get)];
  }
}

function readNumber({ header: { end }, p, from, q, value }: PartReader, into: Local | undefined): Code {
  return [
    ...when(isByte(byteAt(p.get), DASH), increment(p)),
    ...digits(p, end, value, q),
    ...when(
      i32.and(i32.lessThan(p.get, end.get), i32.eqz(isSpace(byteAt(p.get)))),
      p.set(from.get),
      // A number with a sign is no process id.
      into?.set(i32.select(i32.eq(q.get, from.get), value.get, int(-1))),
    ),
  ];
}

/** As `groupEnd`. */
function readGroup({ header: { end }, p, from, q, value: closing }: PartReader): Code {
  const isOpen = (bracket: number): Code => isByte(byteAt(p.get), bracket);
  return [
    ...closing.set(i32.select(isOpen(OPEN), int(CLOSE), i32.select(isOpen(PARENTHESIS), int(PARENTHESIS + 1), int(0)))),
    ...block((none) => [
      ...branchIf(i32.eqz(closing.get), none),
      ...q.set(p.get),
      ...loop((again) => [
        ...increment(q),
        ...branchIf(i32.atLeast(q.get, end.get), none),
        ...branchIf(i32.atLeast(i32.sub(q.get, from.get), int(LONGEST_GROUP)), none),
        ...branchIf(i32.notEqual(byteAt(q.get), closing.get), again),
      ]),
      ...increment(q),
      ...when(isByte(byteAt(q.get), COLON), increment(q)),
      ...branchIf(i32.and(i32.lessThan(q.get, end.get), i32.eqz(isSpace(byteAt(q.get)))), none),
      ...p.set(q.get),
    ]),
  ];
}

/** As `splitComponent`; the word reaches from `from` to `p`. */
function readComponent({ header, p, from, q, value, found }: PartReader): Code {
  const nameEnd = header.local('i32');
  const close = header.local('i32');
  const digitsAt = header.local('i32');
  const readPid: Code = [
    ...digitsAt.set(i32.add(q.get, int(1))),
    ...digits(digitsAt, close, value, found),
    ...when(i32.and(i32.eq(digitsAt.get, close.get), i32.atLeast(value.get, int(0))), [
      ...header.pid.set(value.get),
      ...nameEnd.set(q.get),
    ]),
  ];
  return block((done) => [
    ...when(i32.or(i32.lessThan(i32.sub(p.get, from.get), int(2)), i32.eqz(isByte(byteAt(p.get, -1), COLON))), [
      ...p.set(from.get),
      ...branch(done),
    ]),
    ...nameEnd.set(i32.sub(p.get, int(1))),
    ...when(isByte(byteAt(p.get, -2), CLOSE), [
      ...close.set(i32.sub(p.get, int(2))),
      ...q.set(i32.sub(close.get, int(1))),
      ...loop((again) =>
        when(i32.lessThan(from.get, q.get), [
          ...when(isByte(byteAt(q.get), OPEN), readPid, [...q.set(i32.sub(q.get, int(1))), ...branch(again)]),
        ]),
      ),
    ]),
    ...header.readWord(header.app, from.get, nameEnd.get),
  ]);
}
