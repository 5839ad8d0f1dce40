import { CaracalError } from '../errors.ts';
import type { RecordBatch, Source } from '../types.ts';
import { createByteInterner } from '../util/byte-interner.ts';
import { createStringTable } from '../util/tables.ts';
import { type Position, readBatches } from './batches.ts';
import { fileStatus, openBytes, STDIN } from './byte-stream.ts';
import { DamagedArchive, peek } from './decompress.ts';
import { createRow, type Detection, type LineFormat, resetRow, type SampleLines } from './formats/format.ts';
import { detectFormat, formatNamed } from './formats/index.ts';
import { findInputs, type Input } from './inputs.ts';
import { mergeByTime } from './merge.ts';
import { createReport, type ReadReport } from './read-report.ts';
import { isBinary, isUtf16, SNIFF_BYTES, sampleLines } from './sniff.ts';
import { type Clock, createClock } from './time/clock.ts';

/** How to read logs. */
export interface ReadOptions {
  /** Input format of every file; detected per file unless told. */
  readonly format?: string | undefined;
  /** Year of the first line of all files, for timestamps without one; inferred unless told. */
  readonly year?: number | undefined;
  /** Time zone of timestamps without one: IANA name, `UTC` or an offset. `UTC` unless told. */
  readonly timezone?: string | undefined;
  /**
   * No line was written after this point in time (epoch ms). Unless told, a file's
   * modification time, and for stdin the present.
   */
  readonly referenceTime?: number | undefined;
  /** By path: where to begin, as an earlier run ended. */
  readonly from?: Readonly<Record<string, Position>> | undefined;
}

/** A source and how its format was found. */
export interface OpenedSource extends Source {
  readonly detection: Detection;
  /** Time of its first line that has one, else `NaN`. */
  readonly firstTime: number;
  /** Bytes on disk, `NaN` for stdin. */
  readonly size: number;
}

/** Logs that are ready to be read, once. */
export interface LogReader {
  readonly sources: readonly OpenedSource[];
  /** The records of all sources in time order; see `mergeByTime`. */
  batches(): AsyncGenerator<RecordBatch>;
  /** What was read so far and what was not as it should be. */
  report(): ReadReport;
}

/**
 * Opens logs: files, patterns, folders, and `-` for stdin, packed with gzip or not.
 * Files are streamed, so that any size is read in constant memory. A binary or empty
 * file that came out of a folder or a pattern is left out with a warning.
 *
 * @throws CaracalError `E_FILE_MISSING`, `E_FILE_UNREADABLE`, `E_NO_INPUT` (nothing
 * but blank lines counts as nothing), `E_BINARY_INPUT`, `E_ARCHIVE`,
 * `E_FORMAT_UNKNOWN`, `E_USAGE` (a time zone that does not exist)
 * @example
 * const reader = await openLogs(['/var/log/auth.log*'], { timezone: 'Europe/Berlin' });
 * for await (const batch of reader.batches()) console.log(batch.count);
 * console.log(reader.report().warnings);
 */
export async function openLogs(paths: readonly string[], options: ReadOptions = {}): Promise<LogReader> {
  const format = options.format === undefined ? undefined : formatNamed(options.format);
  createClock({ timezone: options.timezone ?? 'UTC', reference: 0 });
  const inputs = await findInputs(paths);
  const report = createReport();
  const opened: Opened[] = [];
  let skipped: CaracalError | undefined;
  for (const input of inputs) {
    try {
      opened.push(await open(input, opened.length, options, format));
    } catch (error) {
      const skip =
        error instanceof CaracalError &&
        (error.code === 'E_NO_INPUT' ? inputs.length > 1 : !input.named && SKIPPED_CODES.has(error.code));
      if (!skip) throw error;
      skipped ??= error;
      report.warn('file-skipped', input.path, 0, 1, error.message);
    }
  }
  if (opened.length === 0) {
    throw new CaracalError(
      'E_NO_INPUT',
      `None of ${inputs.length} files holds log lines (the first: ${skipped?.message ?? 'empty'}). Name files with text in them.`,
      { file: paths.join(', ') },
      { cause: skipped },
    );
  }

  if (options.year !== undefined) moveYears(opened, options.year, options);
  const strings = createStringTable();
  const names = createByteInterner(strings.intern);
  const read = (source: Opened): AsyncGenerator<RecordBatch> =>
    readBatches({
      id: source.id,
      file: source.name,
      chunks: source.chunks(),
      parser: source.format.open({ clock: clockOf(source, options), names }),
      strings,
      report,
      reference: source.reference,
      from: options.from?.[source.name],
      eager: source.name === STDIN,
    });
  return {
    sources: opened.map(({ id, name, format: { name: formatName }, detection, firstTime, size }) => ({
      id,
      name,
      format: formatName,
      detection,
      firstTime,
      size,
    })),
    batches: () => mergeByTime(opened.map((source) => ({ firstTime: source.firstTime, batches: () => read(source) }))),
    report: () => report.report(opened.length),
  };
}

// --- internal ---

const SKIPPED_CODES: ReadonlySet<string> = new Set(['E_BINARY_INPUT', 'E_ARCHIVE', 'E_FILE_UNREADABLE']);

interface Opened {
  readonly id: number;
  readonly name: string;
  readonly format: LineFormat;
  readonly detection: Detection;
  readonly size: number;
  readonly reference: number;
  /** Its lines up to the first with a time. */
  beginning: SampleLines;
  /** Year of its first line that names none; 0 where every line does. */
  year: number;
  firstTime: number;
  chunks(): AsyncIterable<Uint8Array>;
}

async function open(input: Input, id: number, options: ReadOptions, told: LineFormat | undefined): Promise<Opened> {
  const { path } = input;
  const status = path === STDIN ? { size: Number.NaN, modified: Date.now() } : await fileStatus(path);
  const { head, rest } = await peek(openBytes(path), SNIFF_BYTES).catch((error: unknown) => {
    throw error instanceof DamagedArchive ? damaged(path, error) : error;
  });
  // A file is opened again when its turn comes, so that thousands need no thousand descriptors.
  if (path !== STDIN) await rest.return(undefined);
  refuse(head, path);
  const sample = sampleLines(head);
  if (sample.starts.length === 0) {
    throw new CaracalError('E_NO_INPUT', `${path} is empty. Name a file with log lines in it.`, { file: path });
  }
  const chosen = told
    ? { format: told, detection: { confidence: 1, reason: 'named by the user' } }
    : detectFormat(sample);
  const opened = {
    id,
    name: path,
    ...chosen,
    size: status.size,
    reference: options.referenceTime ?? status.modified,
    beginning: sample,
    year: 0,
    firstTime: Number.NaN,
    chunks: () => (path === STDIN ? rest : openBytes(path)),
  };
  return Object.assign(opened, firstTimeOf(opened, options));
}

/** First time in a file, the lines that it took to find it, and the year of the first line that names none. */
function firstTimeOf(source: Opened, options: ReadOptions): Pick<Opened, 'firstTime' | 'year' | 'beginning'> {
  const clock = clockOf(source, options);
  const parser = source.format.open({ clock, names: { intern: () => -1 } });
  const { bytes, starts, ends } = source.beginning;
  const row = createRow();
  let lines = 0;
  while (lines < starts.length && Number.isNaN(row.time)) {
    resetRow(row, starts[lines] ?? 0, ends[lines] ?? 0);
    lines++;
    parser.parse(bytes, row.start, row.end, row);
  }
  const beginning = {
    bytes: new Uint8Array(bytes.subarray(0, ends[lines - 1])),
    starts: starts.slice(0, lines),
    ends: ends.slice(0, lines),
  };
  return { firstTime: row.time, year: clock.firstYear, beginning };
}

/** The earliest line that names no year gets the one the user gave, the others keep their distance. */
function moveYears(opened: readonly Opened[], year: number, options: ReadOptions): void {
  const inferred = opened.filter((source) => source.year !== 0).sort((a, b) => a.firstTime - b.firstTime);
  const shift = year - (inferred[0]?.year ?? year);
  for (const source of inferred) {
    source.year += shift;
    source.firstTime = firstTimeOf(source, options).firstTime;
  }
}

function clockOf(source: Opened, { timezone = 'UTC' }: ReadOptions): Clock {
  return createClock({ year: source.year === 0 ? undefined : source.year, timezone, reference: source.reference });
}

function damaged(file: string, cause: DamagedArchive): CaracalError {
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
