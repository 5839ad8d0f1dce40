import { CaracalError } from '../errors.ts';
import type { RecordBatch, Source } from '../types.ts';
import { createStringTable } from '../util/tables.ts';
import type { Detection } from './formats/format.ts';
import { findInputs, type Input, unfoldZip } from './inputs.ts';
import { mergeByTime } from './merge.ts';
import { checkOptions, moveYears, type OpenSource, openSource, readSource } from './open-source.ts';
import { createBlockMemories } from './programs/block-memory.ts';
import type { ReadOptions } from './read-options.ts';
import { createReport, type ReadReport } from './read-report.ts';

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
 * Opens logs: files, patterns, folders, and `-` for stdin, packed with gzip, zstd, zip
 * or not at all. Every file of a zip is a source of its own, named `logs.zip!/auth.log`.
 * Files are streamed, so that any size is read in constant memory. A binary or empty
 * file that came out of a folder or a pattern is left out with a warning.
 *
 * @throws CaracalError `E_FILE_MISSING`, `E_FILE_UNREADABLE`, `E_NO_INPUT` (nothing
 * but blank lines counts as nothing), `E_BINARY_INPUT`, `E_ARCHIVE`,
 * `E_FORMAT_UNKNOWN`, `E_USAGE` (a time zone that does not exist, options that
 * contradict each other), while reading `E_LIMIT` (a table too large to sort)
 * @example
 * const reader = await openLogs(['/var/log/auth.log*'], { timezone: 'Europe/Berlin' });
 * for await (const batch of reader.batches()) console.log(batch.count);
 * console.log(reader.report().warnings);
 */
export async function openLogs(paths: readonly string[], options: ReadOptions = {}): Promise<LogReader> {
  checkOptions(options);
  const report = createReport();
  const refuse = (path: string, why: string): void =>
    report.warn('file-skipped', path, 0, 1, `the file was left out: ${why}`);
  const inputs = await findInputs(paths, refuse);
  const opened: OpenSource[] = [];
  let skipped: CaracalError | undefined;
  const tolerate = (error: unknown, path: string, named: boolean, alone: boolean): void => {
    const skip =
      error instanceof CaracalError && (error.code === 'E_NO_INPUT' ? !alone : !named && SKIPPED_CODES.has(error.code));
    if (!skip) throw error;
    skipped ??= error;
    report.warn('file-skipped', path, 0, 1, error.message);
  };
  for (const input of inputs) {
    let files: Input[] = [];
    try {
      files = await unfoldZip(input, refuse);
    } catch (error) {
      tolerate(error, input.path, input.named, inputs.length === 1);
    }
    for (const file of files) {
      try {
        opened.push(await openSource(file, opened.length, options));
      } catch (error) {
        tolerate(error, file.path, file.named, inputs.length === 1 && files.length === 1);
      }
    }
  }
  if (opened.length === 0) {
    throw new CaracalError(
      'E_NO_INPUT',
      `None of ${inputs.length} files holds log lines (the first: ${skipped?.message.replace(/\.$/, '') ?? 'empty'}). Name files with text in them.`,
      { file: paths.join(', ') },
      { cause: skipped },
    );
  }

  if (options.year !== undefined) moveYears(opened, options.year, options);
  const strings = createStringTable();
  const memories = createBlockMemories(options.held);
  return {
    sources: opened.map(({ id, name, format, detection, firstTime, size }) => ({
      id,
      name,
      format: format.name,
      detection,
      firstTime,
      size,
    })),
    batches: async function* () {
      const sources = opened.map((source) => ({
        firstTime: source.format.unsorted ? Number.NEGATIVE_INFINITY : source.firstTime,
        batches: () => readSource(source, options, { strings, report, memories }),
      }));
      for await (const batch of mergeByTime(sources)) {
        memories.given();
        yield batch;
      }
    },
    report: () => report.report(opened.length),
  };
}

// --- internal ---

const SKIPPED_CODES: ReadonlySet<string> = new Set(['E_BINARY_INPUT', 'E_ARCHIVE', 'E_FILE_UNREADABLE']);
