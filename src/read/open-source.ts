import { CaracalError } from '../errors.ts';
import type { RecordBatch, StringTable } from '../types.ts';

import { decodeUtf8 } from '../util/utf8.ts';
import { ArchiveTrouble } from './archive-trouble.ts';
import { readBatches } from './batches.ts';
import { openBytes, STDIN } from './byte-stream.ts';
import { peek } from './decompress.ts';
import {
  createRow,
  type Detection,
  type LineFormat,
  type OpenParser,
  resetRow,
  type SampleLines,
} from './formats/format.ts';
import { chooseFormat, formatNamed } from './formats/index.ts';
import { type Input, inputStatus } from './inputs.ts';
import { createMultiline } from './multiline.ts';
import { createBatchNames, createNames } from './names.ts';
import type { BlockMemories } from './programs/block-memory.ts';
import type { ReadOptions } from './read-options.ts';
import type { ReportBuilder } from './read-report.ts';
import { isBinary, isTar, isUtf16, SNIFF_BYTES, sampleLines } from './sniff.ts';
import { sortBatches } from './sort-batches.ts';
import { leapYearUntil } from './time/civil.ts';
import { type Clock, createClock } from './time/clock.ts';

/** A source whose first bytes were looked at. */
export interface OpenSource {
  readonly id: number;
  readonly name: string;
  readonly format: LineFormat;
  readonly detection: Detection;
  readonly parser: OpenParser;
  readonly size: number;
  readonly reference: number;
  /** Its lines up to the first with a time. */
  readonly beginning: SampleLines;
  /** Year of its first line that names none; 0 where every line does. */
  year: number;
  /** A 29 February among its first lines decided its year. */
  readonly leapYear: boolean;
  firstTime: number;
  chunks(): AsyncIterable<Uint8Array>;
}

/** What the sources of one run share. */
export interface Shared {
  readonly strings: StringTable;
  readonly report: ReportBuilder;
  readonly memories: BlockMemories;
}

/**
 * Refuses options that no file can be read with.
 *
 * @throws CaracalError `E_USAGE`, `E_FORMAT_UNKNOWN`
 */
export function checkOptions({ format, timezone = 'UTC', recordStart }: ReadOptions): void {
  if (format !== undefined) formatNamed(format);
  createClock({ timezone, reference: 0 });
  if (recordStart !== undefined) recordPattern(recordStart);
}

/** Looks at the first bytes of an input. */
export async function openSource(input: Input, id: number, options: ReadOptions): Promise<OpenSource> {
  const { path } = input;
  const status = await inputStatus(input);
  const { head, rest } = await peek(openBytes(path), SNIFF_BYTES).catch((error: unknown) => {
    throw error instanceof ArchiveTrouble ? damaged(path, error) : error;
  });
  // A file is opened again when its turn comes, so that thousands need no thousand descriptors.
  if (path !== STDIN) await rest.return(undefined);
  refuse(head, path);
  const lines = sampleLines(head);
  if (lines.starts.length === 0) {
    throw new CaracalError('E_NO_INPUT', `${path} is empty. Name a file with log lines in it.`, { file: path });
  }
  const sample = options.recordStart === undefined ? lines : firstLines(lines, recordPattern(options.recordStart));
  const { format, detection, parser } = chooseFormat(sample, options);
  if (options.recordStart !== undefined && format.joins) {
    throw new CaracalError(
      'E_USAGE',
      `${path}: ${format.name} joins its records by itself. Leave out --record-start, or name another format.`,
      { file: path },
    );
  }
  const reference = options.referenceTime ?? status.modified;
  const clock = clockOf({ year: 0, reference }, options);
  const latest = beginningOf(sample, parser, clock);
  const year = options.year === undefined ? withLeapDay(sample, parser, latest.year, options) : latest.year;
  const first = year === latest.year ? latest : beginningOf(sample, parser, clockOf({ year, reference }, options));
  const leapYear = options.year === undefined && (year !== latest.year || clock.wentBackForLeapDay);
  return {
    id,
    name: path,
    format,
    detection,
    parser,
    size: status.size,
    reference,
    ...first,
    leapYear,
    chunks: () => (path === STDIN ? rest : openBytes(path)),
  };
}

/** The records of a source. */
export async function* readSource(
  source: OpenSource,
  options: ReadOptions,
  { strings, report, memories }: Shared,
): AsyncGenerator<RecordBatch> {
  const clock = clockOf(source, options);
  if (source.leapYear) {
    const note = `it has lines of 29 February, so its year is taken for ${source.year}; give --year if it is not`;
    report.warn('leap-day', source.name, 0, 1, note);
  }
  // A record that is joined from several lines or sorted may wait for a later batch, and with it all that it has.
  const waits = source.format.joins || source.format.unsorted || options.recordStart !== undefined;
  const transient = options.transient === true && !waits;
  const names = transient ? createBatchNames() : createNames(strings);
  const parser = source.parser({ clock, names });
  const batches = readBatches(
    {
      id: source.id,
      file: source.name,
      chunks: source.chunks(),
      parser:
        options.recordStart === undefined
          ? parser
          : createMultiline(parser, recordPattern(options.recordStart), (line) =>
              report.warn('record-cut', source.name, line),
            ),
      names,
      report,
      reference: source.reference,
      from: options.from?.[source.name],
      eager: source.name === STDIN,
      inOrder: source.format.unsorted !== true,
      transient,
    },
    memories,
  );
  yield* source.format.unsorted ? sortBatches(batches, source.name) : batches;
  const { count, year } = clock.missedLeapDays;
  if (count > 0) {
    const note = `the line is of 29 February, which ${year} does not have; give --year, the year of the first line`;
    report.warn('leap-day', source.name, 0, count, note);
  }
}

/** The earliest line that names no year gets the one the user gave, the others keep their distance. */
export function moveYears(opened: readonly OpenSource[], year: number, options: ReadOptions): void {
  const inferred = opened.filter((source) => source.year !== 0).sort((a, b) => a.firstTime - b.firstTime);
  const shift = year - (inferred[0]?.year ?? year);
  for (const source of inferred) {
    source.year += shift;
    source.firstTime = beginningOf(source.beginning, source.parser, clockOf(source, options)).firstTime;
  }
}

// --- internal ---

function recordPattern(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CaracalError('E_USAGE', `--record-start ${source}: ${why}. Give a regular expression.`, {}, { cause });
  }
}

/** The lines that begin records; all where none does. */
function firstLines(sample: SampleLines, pattern: RegExp): SampleLines {
  const { bytes, starts, ends } = sample;
  const begins = starts.map((start, i) => pattern.test(decodeUtf8(bytes, start, ends[i])));
  if (!begins.includes(true)) return sample;
  return { bytes, starts: starts.filter((_, i) => begins[i]), ends: ends.filter((_, i) => begins[i]) };
}

/** First time in a source, the lines that it took to find it, and the year of the first line that names none. */
function beginningOf(
  sample: SampleLines,
  open: OpenParser,
  clock: Clock,
): Pick<OpenSource, 'firstTime' | 'year' | 'beginning'> {
  const parser = open({ clock, names: { intern: () => -1, text: () => -1 } });
  const { bytes, starts, ends } = sample;
  const row = createRow();
  let lines = 0;
  while (lines < starts.length && Number.isNaN(row.time)) {
    resetRow(row, starts[lines] ?? 0, ends[lines] ?? 0);
    parser.parse(bytes, row.start, ends[lines] ?? 0, row);
    lines++;
  }
  const beginning = {
    bytes: new Uint8Array(bytes.subarray(0, ends[lines - 1])),
    starts: starts.slice(0, lines),
    ends: ends.slice(0, lines),
  };
  return { firstTime: row.time, year: clock.firstYear, beginning };
}

/** The year of the first line that makes a 29 February among the first lines exist; `year` where there is none. */
function withLeapDay(sample: SampleLines, open: OpenParser, year: number, options: ReadOptions): number {
  if (year === 0) return year;
  const clock = clockOf({ year, reference: 0 }, options);
  const parser = open({ clock, names: { intern: () => -1, text: () => -1 } });
  const row = createRow();
  sample.starts.forEach((start, i) => {
    const end = sample.ends[i] ?? 0;
    resetRow(row, start, end);
    parser.parse(sample.bytes, row.start, end, row);
  });
  const { count, year: without } = clock.missedLeapDays;
  return count === 0 ? year : year - (without - leapYearUntil(without));
}

function clockOf(
  { year, reference }: Pick<OpenSource, 'year' | 'reference'>,
  { timezone = 'UTC' }: ReadOptions,
): Clock {
  return createClock({ year: year === 0 ? undefined : year, timezone, reference });
}

function damaged(file: string, cause: ArchiveTrouble): CaracalError {
  return new CaracalError(
    'E_ARCHIVE',
    `Nothing of ${file} can be unpacked: ${cause.message} within its first bytes. Fetch the file again.`,
    { file },
    { cause },
  );
}

function refuse(head: Uint8Array, file: string): void {
  if (isUtf16(head)) {
    throw new CaracalError(
      'E_BINARY_INPUT',
      `${file} is UTF-16 text. Convert it first, for example with iconv -f UTF-16 -t UTF-8.`,
      { file },
    );
  }
  if (isTar(head)) {
    throw new CaracalError(
      'E_ARCHIVE',
      `${file} is a tar archive. Unpack it first with tar -xf, and name the folder.`,
      { file },
    );
  }
  if (isBinary(head)) {
    throw new CaracalError(
      'E_BINARY_INPUT',
      `${file} is a binary file, no log. Name a text file, or export it as text first.`,
      {
        file,
      },
    );
  }
}
