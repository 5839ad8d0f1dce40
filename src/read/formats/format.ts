import { type EntityKind, LEVEL_UNKNOWN } from '../../types.ts';
import { encodeUtf8 } from '../../util/utf8.ts';
import type { HeaderCode } from '../programs/header-program.ts';
import type { Clock, Moment } from '../time/clock.ts';

/** How well a format fits the first lines of an input. */
export interface Detection {
  /** 0 to 1. */
  readonly confidence: number;
  readonly reason: string;
}

/** What a user says about the lines of a format; each format knows which of it concerns it. */
export interface FormatOptions {
  /** A header in the notation of the loghub collection: `<Date> <Time> <Level> <Component>: <Content>`. */
  readonly logFormat?: string | undefined;
  /** Names of the fields of JSON or of the columns of a table. */
  readonly fields?: FieldNames | undefined;
}

/** Where the parts of a record stand; what is not named is found by the names in use. */
export interface FieldNames {
  readonly time?: string | undefined;
  /** The message, or the key of an event that has no message. */
  readonly key?: string | undefined;
  /** Fields with who or what the event is about. */
  readonly entity?: readonly string[] | undefined;
  /** What the event came through, such as a sensor; taken as its program. */
  readonly channel?: string | undefined;
}

/** What became of a line. */
export type Outcome =
  | 'record' // it is a record
  | 'header' // it describes the file, such as the names of columns, and is no record
  | 'held'; // it belongs to a record of several lines that `next` will give

/** One record taken apart. */
export interface Row {
  time: number;
  level: number;
  host: number;
  app: number;
  pid: number;
  /** The message: `start` to `end` within `text`, or within the bytes of the line where that is `null`. */
  start: number;
  end: number;
  text: Uint8Array | null;
  repeat: number;
  /** False where the line does not follow the format; its message is then what could not be read. */
  wellFormed: boolean;
  outcome: Outcome;
  /** Number of the line, set before `parse`; of the first line for what `next` gives. */
  line: number;
  /** Place of the record's first byte in the stream, and its bytes to the end of its last line. */
  offset: number;
  length: number;
  /** Lines that were joined into the record. */
  lines: number;
  /** Parts that should have come and did not. */
  incomplete: boolean;
  /** Entities that the line names in fields of their own; the first `entities` entries count. */
  entities: number;
  readonly entityKinds: EntityKind[];
  readonly entityValues: string[];
}

/** Numbers for host and program names. */
export interface Names {
  /** Number of the name `bytes[start, end)`. */
  intern(bytes: Uint8Array, start: number, end: number): number;
  /** Number of a name that is a string already; -1 for the empty one. */
  text(name: string): number;
}

/** What a parser of lines needs from its source. */
export interface LineContext {
  readonly clock: Clock;
  readonly names: Names;
}

/** Takes the lines of one source apart, in their order. */
export interface LineParser {
  /** Reads the line `bytes[start, end)` into `out`, which is reset before. */
  parse(bytes: Uint8Array, start: number, end: number, out: Row): void;
  /**
   * Only for formats that join lines: puts the next record that is complete into `out`
   * and says whether there was one. With `atEnd` no line will follow.
   */
  next?(out: Row, atEnd: boolean): boolean;
  /** Code that reads most lines in the same way, much faster. */
  readonly fast?: FastHeader;
}

/** What reading headers many at a time takes. */
export interface FastHeader {
  readonly code: HeaderCode;
  readonly clock: Clock;
  /** Severity that a word which the code has found stands for. */
  levelAt(bytes: Uint8Array, start: number, end: number): number;
  /** The timestamp of the line that `parse` has read last, where it stood where the code looks for one and its date exists. */
  timestamp(): Moment | undefined;
}

/** Makes a parser for each source of a kind. */
export type OpenParser = (context: LineContext) => LineParser;

/** A format of lines. */
export interface LineFormat {
  readonly name: string;
  /** Judges the first lines of an input. */
  detect(sample: SampleLines, options: FormatOptions): Detection;
  /**
   * Learns what the first lines tell about all that follow, such as the columns of a
   * table, and gives the way to open parsers, also for the middle of the input.
   *
   * @throws CaracalError `E_USAGE`, `E_FORMAT_INVALID` where options and lines contradict each other
   */
  prepare(sample: SampleLines, options: FormatOptions): OpenParser;
  /** Records are joined from several lines: its parsers have `next`. */
  readonly joins?: true;
  /** Records are in no order of time and are sorted, in memory up to a documented size. */
  readonly unsorted?: true;
}

/** The first lines of an input: line i is `bytes[starts[i], ends[i])`. Blank lines are left out. */
export interface SampleLines {
  readonly bytes: Uint8Array;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Share of the sample's lines for which `fits` holds; 0 for no lines. */
export function shareOf(sample: SampleLines, fits: (start: number, end: number) => boolean): number {
  if (sample.starts.length === 0) return 0;
  const count = sample.starts.filter((start, i) => fits(start, sample.ends[i] ?? start)).length;
  return count / sample.starts.length;
}

/** A share as a percentage for reasons. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Makes `text` the message. */
export function setMessage(row: Row, text: string): void {
  row.text = encodeUtf8(text);
  row.start = 0;
  row.end = row.text.length;
}

/** Adds an entity; empty names and the signs for "none" are left out. */
export function addEntity(row: Row, kind: EntityKind, value: string): void {
  if (value === '' || value === '-' || value === '?' || value === '(none)' || value.length > LONGEST_ENTITY) return;
  row.entityKinds[row.entities] = kind;
  row.entityValues[row.entities] = value;
  row.entities++;
}

/** A row to be filled. */
export function createRow(): Row {
  return {
    time: Number.NaN,
    level: LEVEL_UNKNOWN,
    host: -1,
    app: -1,
    pid: -1,
    start: 0,
    end: 0,
    text: null,
    repeat: 1,
    wellFormed: true,
    outcome: 'record',
    line: 0,
    offset: 0,
    length: 0,
    lines: 1,
    incomplete: false,
    entities: 0,
    entityKinds: [],
    entityValues: [],
  };
}

/** Makes a row say nothing but where its message is. */
export function resetRow(row: Row, start: number, end: number): void {
  row.time = Number.NaN;
  row.level = LEVEL_UNKNOWN;
  row.host = -1;
  row.app = -1;
  row.pid = -1;
  row.start = start;
  row.end = end;
  row.text = null;
  row.repeat = 1;
  row.wellFormed = true;
  row.outcome = 'record';
  row.lines = 1;
  row.incomplete = false;
  row.entities = 0;
}

// --- internal ---

const LONGEST_ENTITY = 256;
