import { decodeUtf8 } from '../../util/utf8.ts';
import { createMoment } from '../time/clock.ts';
import { createLeadingTime } from '../time/leading-time.ts';
import { CLOSE, COLON, number, OPEN, skipSpace, tokenEnd } from './bytes.ts';
import type { Row, SampleLines } from './format.ts';
import { levelOf } from './levels.ts';

/** A part of a header; `name` is the program without a colon behind it, `skip` any word. */
export type HeaderPart = 'time' | 'pid' | 'number' | 'level' | 'group' | 'component' | 'host' | 'name' | 'skip';

/** Bytes of a group in brackets at most. */
export const LONGEST_GROUP = 256;

/** The header that lines of a file have in common. */
export interface HeaderLayout {
  /** What stands before the message. */
  readonly parts: readonly HeaderPart[];
  /** Share of the lines with a timestamp at its place. */
  readonly share: number;
}

/**
 * Learns the header of a file from its first lines. Lines are cut into words; a column
 * of words belongs to the header while nearly all lines have the same kind of word in
 * it: a timestamp, a number, a level, a group in brackets, a name with a colon. Words of
 * no kind belong to it only where a part of a kind follows that no message begins with.
 */
export function learnHeader(sample: SampleLines): HeaderLayout {
  const leading = createLeadingTime();
  const lines = sample.starts.map((start, i) => wordsOf(sample.bytes, start, sample.ends[i] ?? start, leading));
  const timeAt = mostCommon(
    lines.map((words) => words.findIndex(({ kind }) => kind === 'time')).filter((at) => at >= 0),
  );
  if (timeAt === undefined) return { parts: ['time'], share: 0 };
  const fitting = lines.filter((words) => words[timeAt]?.kind === 'time');
  const share = fitting.length / lines.length;
  // Before a timestamp, a message could stand as well as a header.
  if (timeAt > 0 && share < 0.9) return { parts: ['time'], share: 0 };
  const columns = Array.from({ length: MOST_COLUMNS }, (_, column) => judge(fitting, column));
  const parts = columns.slice(0, timeAt + 1).map((column) => column.kind);
  let at = timeAt + 1;
  for (;;) {
    const reach = reachOf(columns, at);
    // A line that is nothing but header has its message taken for one.
    if (reach === 0 || (columns[at + reach]?.present ?? 1) < 0.5) break;
    parts.push(...columns.slice(at, at + reach).map((column) => column.kind));
    at += reach;
    if (parts.at(-1) === 'component') break;
  }
  return { parts: rolesOf(parts, columns), share };
}

/** A header in words, for people: `<Time> <Pid> <Level> <Component>:`. */
export function headerText(parts: readonly HeaderPart[]): string {
  const names: Readonly<Record<HeaderPart, string>> = {
    time: '<Time>',
    pid: '<Pid>',
    number: '<Number>',
    level: '<Level>',
    group: '[<Group>]',
    component: '<Component>:',
    host: '<Host>',
    name: '<Component>',
    skip: '<Word>',
  };
  return parts.map((part) => names[part]).join(' ');
}

/** End of the name in `app:` or `app[12]:`, whose process id goes into `out`; -1 where the word is none. */
export function splitComponent(bytes: Uint8Array, start: number, end: number, out: Pick<Row, 'pid'>): number {
  if (end - start < 2 || bytes[end - 1] !== COLON) return -1;
  if (bytes[end - 2] !== CLOSE) return end - 1;
  for (let p = end - 3; p > start; p--) {
    if (bytes[p] !== OPEN) continue;
    const pid = number(bytes, p + 1, end - 2);
    if (pid < 0) return end - 1;
    out.pid = pid;
    return p;
  }
  return end - 1;
}

/** First byte after the brackets that open at `at`, blanks in them included; -1 without. */
export function groupEnd(bytes: Uint8Array, at: number, end: number): number {
  const closing = bytes[at] === OPEN ? CLOSE : bytes[at] === 0x28 ? 0x29 : 0;
  if (closing === 0) return -1;
  const limit = Math.min(end, at + LONGEST_GROUP);
  for (let p = at + 1; p < limit; p++) {
    if (bytes[p] !== closing) continue;
    const after = bytes[p + 1] === COLON ? p + 2 : p + 1;
    return after === tokenEnd(bytes, after, end) ? after : -1;
  }
  return -1;
}

// --- internal ---

const MOST_COLUMNS = 14;
/** Share of lines that must agree on the kind of a column. */
const AGREEMENT = 0.95;
/** Words of no kind in a row that a header may have. */
const MOST_WORDS = 4;

type Kind = 'time' | 'number' | 'level' | 'group' | 'component' | 'mark' | 'word';

interface Word {
  readonly kind: Kind;
  readonly text: string;
}

interface Column {
  readonly kind: HeaderPart;
  /** Beyond doubt a part of a header. */
  readonly sure: boolean;
  /** Nearly every word is a name such as `nova.compute.manager`. */
  readonly dotted: boolean;
  /** Nearly every word is a punctuation mark. */
  readonly mark: boolean;
  /** Nearly every word is a name with digits, such as `node-12`. */
  readonly numbered: boolean;
  /** Nearly every `component` has a process id. */
  readonly withPid: boolean;
  /** Share of the lines that have a word here. */
  readonly present: number;
}

function wordsOf(bytes: Uint8Array, start: number, end: number, leading: ReturnType<typeof createLeadingTime>): Word[] {
  const words: Word[] = [];
  const moment = createMoment();
  let p = skipSpace(bytes, start, end);
  while (p < end && words.length < MOST_COLUMNS) {
    let next = tokenEnd(bytes, p, end);
    let kind: Kind | undefined;
    if (leading.read(bytes, p, end, moment)) {
      kind = 'time';
      // Only the first is read; of others, each word is skipped.
      next = words.some((word) => word.kind === 'time') ? next : moment.next;
    } else {
      const group = groupEnd(bytes, p, end);
      if (group > 0) next = group;
    }
    const text = decodeUtf8(bytes, p, Math.min(next, p + LONGEST_GROUP));
    words.push({ kind: kind ?? kindOf(text), text });
    p = skipSpace(bytes, next, end);
  }
  return words;
}

function kindOf(text: string): Kind {
  if (/^-?\d{1,9}$/.test(text)) return 'number';
  const bare = text.replace(/^[^A-Za-z]+|[^A-Za-z]+$/g, '');
  if (levelOf(bare) !== 255 && /^[[(<|]?[A-Za-z]+[\])>|:]*$/.test(text)) return 'level';
  if (/^[[(].*[\])]:?$/s.test(text)) return 'group';
  if (/^[A-Za-z_$][\w.$/@-]*(\[\d+\]|\([\w:.-]+\))*:$/.test(text)) return 'component';
  if (/^[-:|=>*#~]+$/.test(text)) return 'mark';
  return 'word';
}

function judge(lines: readonly (readonly Word[])[], column: number): Column {
  const words = lines.flatMap((line) => line[column] ?? []);
  const part = (fits: (word: Word) => boolean): number => words.filter(fits).length / Math.max(1, lines.length);
  const is = (kind: Kind): boolean => part((word) => word.kind === kind) >= AGREEMENT;
  const distinct = new Set(words.map(({ text }) => text)).size;
  const common = {
    dotted: part(({ text }) => /^[A-Za-z_$][\w$-]*([./][\w$-]+)+$/.test(text)) >= AGREEMENT,
    mark: is('mark'),
    numbered:
      part(({ text }) => /^[A-Za-z][\w.:-]*\d[\w.:-]*$/.test(text) && !/\d{4}-\d\d-\d\d/.test(text)) >= AGREEMENT,
    withPid: part(({ text }) => /\[\d+\]:$/.test(text)) >= 0.5,
    present: words.length / Math.max(1, lines.length),
  };
  if (is('time')) return { ...common, kind: 'time', sure: true };
  if (is('level')) return { ...common, kind: 'level', sure: true };
  if (is('group')) return { ...common, kind: 'group', sure: true };
  if (is('component')) return { ...common, kind: 'component', sure: true };
  // A number that takes few values is a flag, any other might be the beginning of a message.
  if (is('number')) return { ...common, kind: 'number', sure: distinct <= 3 && words.length >= 20 };
  return { ...common, kind: 'skip', sure: false };
}

/** How many columns from `at` on belong to the header; 0 where the message begins. */
function reachOf(columns: readonly Column[], at: number): number {
  for (let ahead = 0; ahead <= MOST_WORDS; ahead++) {
    const column = columns[at + ahead];
    if (!column || column.present < AGREEMENT) return 0;
    const before = columns[at + ahead - 1];
    if (column.mark) return ahead + 1;
    if (column.kind === 'skip') continue;
    if (ahead === 0) {
      if (column.sure) return 1;
      continue;
    }
    const onlyNumbers = columns.slice(at, at + ahead).every(({ kind }) => kind === 'number');
    if (column.kind === 'level' || column.kind === 'time') return ahead + 1;
    if (!column.sure) continue;
    if (onlyNumbers || (ahead === 1 && before?.dotted)) return ahead + 1;
    if (column.kind === 'component' && column.withPid && ahead === 1) return ahead + 1;
    return 0;
  }
  return 0;
}

function mostCommon(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
}

/** Which number is the process id, which word the host or the program. */
function rolesOf(parts: readonly HeaderPart[], columns: readonly Column[]): HeaderPart[] {
  const roles: HeaderPart[] = [];
  const time = parts.indexOf('time');
  const level = parts.indexOf('level');
  parts.forEach((part, i) => {
    const column = columns[i];
    const previous = roles.includes('host');
    if (part === 'number') {
      const goesOn = parts.slice(i + 1).some((later) => later !== 'number' && later !== 'skip');
      const isPid = i > time && !roles.includes('pid') && goesOn;
      roles.push(isPid ? 'pid' : 'number');
    } else if (part === 'time') roles.push(i === time ? 'time' : 'skip');
    else if (part !== 'skip') roles.push(part);
    else if (column?.mark) roles.push('skip');
    else if (parts[i + 1] === 'component' || (!previous && column?.numbered)) roles.push('host');
    else if (
      !roles.includes('name') &&
      (column?.dotted || columns[i + 1]?.mark || Math.abs(i - level) === 1) &&
      i > time
    )
      roles.push('name');
    else roles.push('skip');
  });
  return roles.includes('component') ? roles.map((role) => (role === 'name' ? 'skip' : role)) : roles;
}
