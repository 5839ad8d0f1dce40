import { LEVEL_UNKNOWN } from '../../types.ts';
import { wasmModule } from '../../util/wasm.ts';
import {
  assemble,
  block,
  branch,
  branchIf,
  type Code,
  call,
  type FunctionBuilder,
  f64,
  i32,
  type Local,
  loop,
  type ValueType,
  when,
} from '../../util/wasm-assembler.ts';
import { LINE_LIMIT } from '../lines.ts';
import { BLOCK_LAYOUT } from './block-memory.ts';
import { TIMESTAMP } from './timestamp-pattern.ts';
import { timestampFunction } from './timestamp-program.ts';
import { wordFunction } from './word-program.ts';

/**
 * How most lines of a source begin, as code that reads them as the source's `LineParser` does.
 * It may leave any line to that parser, but must not read one in another way.
 */
export interface HeaderCode {
  /** The same for the same code. */
  readonly key: string;
  /** Whether it names words that say a level. */
  readonly levelWords: boolean;
  /** Reads the line from `start` to `end` into the other variables, or goes to `leave`. */
  build(header: HeaderVariables): Code;
}

/** What the code of a header has to do with. */
export interface HeaderVariables {
  /** The line; places count from the first byte of the block. */
  readonly start: Local;
  readonly end: Local;
  /** The record; these have the values of a record without header when the code begins. */
  readonly time: Local;
  readonly level: Local;
  /** Numbers of words. */
  readonly levelWord: Local;
  readonly host: Local;
  readonly app: Local;
  readonly pid: Local;
  readonly messageStart: Local;
  readonly messageEnd: Local;
  /** Leaves the line to the parser, at once or where a condition holds. */
  readonly leave: Code;
  leaveIf(condition: Code): Code;
  /** Reads the timestamp at `from`, which must end before `end`, into `time`; `next` is then the first byte behind it. */
  readTime(from: Code, end: Code, next: Local): Code;
  /** Puts the number of the word between two places into `word`. */
  readWord(word: Local, from: Code, to: Code): Code;
  /** Another variable. */
  local(type: ValueType): Local;
}

/**
 * The program for a header: its function `read(line, count, row, number, offset)` reads the
 * lines from `line` on, up to `count`, into the columns from `row` on, and returns the first
 * that it leaves to the parser, or `count`. Line 0 has this number, and the first byte of the
 * block this offset in the stream. It notes whether a record has no time, is earlier than the one
 * before, or later than `latestTime`.
 */
export function headerProgram(header: HeaderCode): object {
  const known = programs.get(header.key);
  if (known) return known;
  const made = wasmModule(
    assemble(
      [{ name: 'read', result: true, build: (f) => read(f, header) }, timestampFunction, wordFunction],
      BLOCK_LAYOUT.pages,
      'imported',
    ),
  );
  if (programs.size >= MOST_PROGRAMS) programs.clear();
  programs.set(header.key, made);
  return made;
}

// --- internal ---

/** Compiling takes a millisecond, and the files of a folder mostly have a few headers. */
const MOST_PROGRAMS = 64;
const programs = new Map<string, object>();

const int = i32.const;

function read(f: FunctionBuilder, header: HeaderCode): Code {
  const line = f.parameter('i32');
  const count = f.parameter('i32');
  const row = f.parameter('i32');
  const number = f.parameter('f64');
  const offset = f.parameter('f64');
  const local = (type: ValueType): Local => f.local(type);
  const [start, end, level, levelWord] = [local('i32'), local('i32'), local('i32'), local('i32')];
  const [host, app, pid, messageStart, messageEnd] = [
    local('i32'),
    local('i32'),
    local('i32'),
    local('i32'),
    local('i32'),
  ];
  const time = local('f64');

  const lineAt = (table: number): Code => i32.load(i32.shl(line.get, int(2)), table);
  const of4 = i32.shl(row.get, int(2));
  const of8 = i32.shl(row.get, int(3));
  const last = f64.load(int(0), BLOCK_LAYOUT.lastTime);
  const latest = f64.load(int(0), BLOCK_LAYOUT.latestTime);
  const inOrder = i32.and(f64.atMost(last, time.get), f64.atMost(time.get, latest));
  const put: Code = [
    ...when(i32.eqz(inOrder), i32.store(int(0), int(1), BLOCK_LAYOUT.disorder)),
    ...f64.store(int(0), time.get, BLOCK_LAYOUT.lastTime),
    ...f64.store(of8, time.get, BLOCK_LAYOUT.time),
    ...f64.store(of8, f64.add(number.get, f64.fromI32(line.get)), BLOCK_LAYOUT.line),
    ...f64.store(of8, f64.add(offset.get, f64.fromI32(start.get)), BLOCK_LAYOUT.offset),
    ...i32.store8(row.get, level.get, BLOCK_LAYOUT.level),
    ...(header.levelWords ? i32.store(of4, levelWord.get, BLOCK_LAYOUT.levelWords) : []),
    ...i32.store(of4, host.get, BLOCK_LAYOUT.host),
    ...i32.store(of4, app.get, BLOCK_LAYOUT.app),
    ...i32.store(of4, pid.get, BLOCK_LAYOUT.pid),
    ...i32.store(of4, i32.sub(end.get, start.get), BLOCK_LAYOUT.length),
    ...i32.store(of4, messageStart.get, BLOCK_LAYOUT.messageStarts),
    ...i32.store(of4, messageEnd.get, BLOCK_LAYOUT.messageEnds),
    ...i32.store(of4, int(1), BLOCK_LAYOUT.repeat),
  ];

  return [
    ...block((left) =>
      loop((again) => [
        ...start.set(lineAt(BLOCK_LAYOUT.starts)),
        ...end.set(lineAt(BLOCK_LAYOUT.ends)),
        // Blank lines and those that are too long are no matter of headers.
        ...branchIf(i32.atLeastUnsigned(i32.sub(i32.sub(end.get, start.get), int(1)), int(LINE_LIMIT)), left),
        ...time.set(f64.const(Number.NaN)),
        ...level.set(int(LEVEL_UNKNOWN)),
        ...[levelWord, host, app, pid].flatMap((none) => none.set(int(-1))),
        ...messageStart.set(start.get),
        ...messageEnd.set(end.get),
        ...header.build({
          ...{ start, end, time, level, levelWord, host, app, pid, messageStart, messageEnd, local },
          leave: branch(left),
          leaveIf: (condition) => branchIf(condition, left),
          readTime: (from, before, next) => [
            ...branchIf(i32.lessThan(next.tee(call('timestamp', from, before)), int(0)), left),
            ...time.set(f64.load(int(0), TIMESTAMP.time)),
          ],
          readWord: (word, from, to) => branchIf(i32.lessThan(word.tee(call('word', from, to)), int(0)), left),
        }),
        ...put,
        ...row.set(i32.add(row.get, int(1))),
        ...branchIf(i32.lessThan(line.tee(i32.add(line.get, int(1))), count.get), again),
      ]),
    ),
    ...line.get,
  ];
}
