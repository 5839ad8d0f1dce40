import { block, branch, branchIf, type Code, i32, type Local, when } from '../../util/wasm-assembler.ts';
import { byteAt, digits, find, increment, isByte, isDigit, isSpace, skip } from '../programs/byte-code.ts';
import type { HeaderCode, HeaderVariables } from '../programs/header-program.ts';
import { BLANK, TAB } from './bytes.ts';
import type { HeaderNotation, NotationPart } from './header-pattern.ts';

/** What the fields of a notation are for, by their numbers; -1 for what it has not. */
export interface FieldRoles {
  readonly level: number;
  readonly pid: number;
  readonly app: number;
  readonly host: number;
  readonly content: number;
  /** First and last field of the time. */
  readonly time: { readonly first: number; readonly last: number } | undefined;
}

/**
 * What `logFormatFormat` does with lines that follow a notation, as code: each field ends at the
 * first place where it may, and a line of which the rest does not fit then is left to the format,
 * which tries others. `undefined` where a field does not end at a certain sign.
 */
export function logFormatCode(notation: HeaderNotation, roles: FieldRoles): HeaderCode | undefined {
  if (!isCertain(notation.parts, true)) return undefined;
  return {
    key: `log-format ${JSON.stringify([notation, roles])}`,
    levelWords: roles.level >= 0,
    build: (header) => {
      const { start, end, local } = header;
      const reader: FieldReader = {
        header,
        p: local('i32'),
        found: local('i32'),
        starts: notation.fields.map(() => local('i32')),
        ends: notation.fields.map(() => local('i32')),
      };
      const none = [...reader.starts, ...reader.ends].flatMap((place) => place.set(int(-1)));
      return [
        ...none,
        ...reader.p.set(start.get),
        ...readParts(notation.parts, reader, header.leaveIf),
        ...header.leaveIf(i32.notEqual(reader.p.get, end.get)),
        ...takeFields(reader, roles),
      ];
    },
  };
}

// --- internal ---

const int = i32.const;

interface FieldReader {
  readonly header: HeaderVariables;
  /** The next byte. */
  readonly p: Local;
  readonly found: Local;
  readonly starts: readonly Local[];
  readonly ends: readonly Local[];
}

/**
 * Bytes at which the field before part `i` ends: those with which the part may begin, or what
 * follows it where it may be missing. `undefined` where these are not certain.
 */
function stopsAt(parts: readonly NotationPart[], i: number): readonly number[] | undefined {
  const part = parts[i];
  if (part?.kind === 'byte') return [part.byte];
  if (part?.kind === 'blanks') return [BLANK, TAB];
  if (part?.kind !== 'optional') return undefined;
  const inner = stopsAt(part.parts, 0);
  const after = stopsAt(parts, i + 1);
  return inner && after && !inner.some((byte) => after.includes(byte)) ? [...inner, ...after] : undefined;
}

/** Whether every field ends at a certain sign or at the end of the line, and every optional part begins with one. */
function isCertain(parts: readonly NotationPart[], toEnd: boolean): boolean {
  return parts.every((part, i) => {
    if (part.kind === 'field') return (toEnd && i === parts.length - 1) || stopsAt(parts, i + 1) !== undefined;
    if (part.kind !== 'optional') return true;
    return stopsAt(parts, i) !== undefined && isCertain(part.parts, false);
  });
}

/** Moves `p` behind the parts; `missIf` says where to go when the next byte is another one. */
function readParts(
  parts: readonly NotationPart[],
  { header, p, found, starts, ends }: FieldReader,
  missIf: (condition: Code) => Code,
): Code {
  const { end, leaveIf } = header;
  /** Once a field was read, others might end elsewhere: that is for the format to try. */
  let miss = missIf;
  return parts.flatMap((part, i) => {
    switch (part.kind) {
      case 'byte':
        return [
          ...miss(i32.atLeast(p.get, end.get)),
          ...miss(i32.eqz(isByte(byteAt(p.get), part.byte))),
          ...increment(p),
        ];
      case 'blanks':
        return [
          ...miss(i32.atLeast(p.get, end.get)),
          ...miss(i32.eqz(isSpace(byteAt(p.get)))),
          ...skip(p, end, isSpace),
        ];
      case 'field': {
        miss = leaveIf;
        const stops = stopsAt(parts, i + 1);
        return [
          ...starts[part.index]!.set(p.get),
          ...(stops ? [...find(p, end, stops, found), ...leaveIf(i32.eq(p.get, end.get))] : p.set(end.get)),
          ...ends[part.index]!.set(p.get),
        ];
      }
      default:
        miss = leaveIf;
        return readOptional(part.parts, { header, p, found, starts, ends });
    }
  });
}

function readOptional(parts: readonly NotationPart[], reader: FieldReader): Code {
  const { header, p } = reader;
  const from = header.local('i32');
  return block((read) => [
    ...from.set(p.get),
    ...block((missing) => [...readParts(parts, reader, (condition) => branchIf(condition, missing)), ...branch(read)]),
    ...p.set(from.get),
  ]);
}

/** Makes a record of the fields. */
function takeFields({ header, p, starts, ends }: FieldReader, roles: FieldRoles): Code {
  const { local, leaveIf, readTime, readWord } = header;
  const place = (field: number): readonly [start: Local, end: Local] => [starts[field]!, ends[field]!];
  const where = (field: number, code: (start: Local, end: Local) => Code): Code => {
    if (field < 0) return [];
    const [start, end] = place(field);
    return when(i32.lessThan(start.get, end.get), code(start, end));
  };
  const value = local('i32');
  const from = local('i32');
  const time = roles.time && [starts[roles.time.first]!, ends[roles.time.last]!];
  return [
    ...(time?.[0] && time[1]
      ? [...leaveIf(i32.lessThan(time[0].get, int(0))), ...readTime(time[0].get, time[1].get, p)]
      : []),
    ...where(roles.level, (start, end) => readWord(header.levelWord, start.get, end.get)),
    ...where(roles.pid, (start, end) =>
      when(isDigit(byteAt(start.get)), [
        ...p.set(start.get),
        ...digits(p, end, value, from),
        ...when(i32.eq(p.get, end.get), header.pid.set(value.get)),
      ]),
    ),
    ...where(roles.app, (start, end) => readWord(header.app, start.get, end.get)),
    ...where(roles.host, (start, end) => readWord(header.host, start.get, end.get)),
    ...(roles.content < 0 ? [] : takeContent(header, place(roles.content), p)),
  ];
}

function takeContent(header: HeaderVariables, [start, end]: readonly [Local, Local], p: Local): Code {
  return [
    ...header.leaveIf(i32.lessThan(start.get, int(0))),
    ...p.set(start.get),
    ...skip(p, end, isSpace),
    ...header.messageStart.set(p.get),
    ...header.messageEnd.set(end.get),
  ];
}
