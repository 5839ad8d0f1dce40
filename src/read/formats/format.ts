import { LEVEL_UNKNOWN } from '../../types.ts';
import type { ByteInterner } from '../../util/byte-interner.ts';
import type { Clock } from '../time/clock.ts';

/** How well a format fits the first lines of an input. */
export interface Detection {
  /** 0 to 1. */
  readonly confidence: number;
  readonly reason: string;
}

/** One line taken apart. `start` to `end` is the message within the bytes. */
export interface Row {
  time: number;
  level: number;
  host: number;
  app: number;
  pid: number;
  start: number;
  end: number;
  repeat: number;
  /** False where the line does not follow the format; its message is then the whole line. */
  wellFormed: boolean;
}

/** What a parser of lines needs from its source. */
export interface LineContext {
  readonly clock: Clock;
  /** Numbers for host and program names. */
  readonly names: ByteInterner;
}

/** Takes the lines of one source apart, in their order. */
export interface LineParser {
  /** Reads the line `bytes[start, end)` into `out`, which is reset before. */
  parse(bytes: Uint8Array, start: number, end: number, out: Row): void;
}

/** A format of lines. */
export interface LineFormat {
  readonly name: string;
  /** Judges the first lines of an input. */
  detect(lines: SampleLines): Detection;
  open(context: LineContext): LineParser;
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
    repeat: 1,
    wellFormed: true,
  };
}

/** Makes a row say nothing but where its line is. */
export function resetRow(row: Row, start: number, end: number): void {
  row.time = Number.NaN;
  row.level = LEVEL_UNKNOWN;
  row.host = -1;
  row.app = -1;
  row.pid = -1;
  row.start = start;
  row.end = end;
  row.repeat = 1;
  row.wellFormed = true;
}
