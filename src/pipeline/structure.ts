import {
  createParser,
  type Parser,
  type ParserOptions,
  type ScannedRows,
  type ScannerProgram,
  type StructuredOptions,
  structuredHeader,
  structuredWriter,
  templatesCsv,
} from '../parse/index.ts';
import { asLearned, batchesByNumber, openLogs, type ReadOptions, type ReadReport, stampOf } from '../read/index.ts';
import type { LearnedBatch, RecordBatch } from '../types.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { createNumberSpool } from './number-spool.ts';
import { type Rereadable, rereadable } from './spool.ts';

/** Logs whose messages another thread may have scanned already. */
export interface ScannedReader {
  batches(): AsyncGenerator<{ readonly batch: RecordBatch; readonly scanned: ScannedRows | undefined }>;
  report(): ReadReport;
}

/** Opens logs for a parser with this program. */
export type OpenScanned = (
  paths: readonly string[],
  options: ReadOptions | undefined,
  program: ScannerProgram,
) => Promise<ScannedReader>;

/**
 * Makes the rows of `structured.csv` of logs that `parser` has learned; `learned` tells of
 * their batches. A chunk holds until the next.
 */
export type RenderRows = (
  paths: readonly string[],
  reading: ReadOptions,
  parser: Parser,
  learned: AsyncGenerator<LearnedBatch>,
  options: StructuredOptions,
) => AsyncGenerator<Uint8Array>;

/** How to parse logs to files. */
export interface StructureOptions {
  readonly read?: ReadOptions;
  /** Name of the parser; Drain unless told. */
  readonly parser?: string;
  readonly parsing?: ParserOptions;
  /** With the variable parts of each line. */
  readonly parameters: boolean;
  /** Whether `structuredCsv` will be asked for. */
  readonly rows: boolean;
  /** Opens the logs for learning; in this thread unless told. */
  readonly open?: OpenScanned;
  /** Makes the rows of `structuredCsv`; in this thread unless told. */
  readonly render?: RenderRows;
  readonly onLines?: (lines: number) => void;
}

/** Logs that were parsed: templates, and the files that can be written of them. */
export interface Structured {
  readonly parser: Parser;
  readonly report: ReadReport;
  /** `structured.csv` (UTF-8) in chunks, each until the next; reads the logs once more, so that every line has its final template. */
  structuredCsv(): AsyncGenerator<Uint8Array>;
  /** `templates.csv`. */
  templatesCsv(): string;
  /** Forgets what had to be kept aside to read lines again. */
  dispose(): Promise<void>;
}

/**
 * Parses logs in two passes and constant memory: one to learn the templates, one to
 * write each line with the final one. Standard input is put aside in between.
 *
 * @throws CaracalError as `openLogs`
 */
export async function structure(paths: readonly string[], options: StructureOptions): Promise<Structured> {
  const files = await rereadable(paths);
  try {
    return await read(files, options);
  } catch (error) {
    await files.dispose();
    throw files.translate(error);
  }
}

// --- internal ---

async function read({ paths, nameOf, dispose }: Rereadable, options: StructureOptions): Promise<Structured> {
  const { open = openHere, render = renderHere, parsing } = options;
  const parser = createParser(options.parser ?? 'drain', { ...parsing, entities: false });
  const reading = { ...options.read, transient: true };
  const reader = await open(paths, reading, parser.program);
  const numbers = createNumberSpool();
  const stamps: number[] = [];
  const learned = async function* (): AsyncGenerator<LearnedBatch> {
    let batch = 0;
    for await (const part of numbers.parts()) yield { numbers: part, stamp: stamps[batch++]! };
  };
  let lines = 0;
  try {
    for await (const { batch, scanned } of reader.batches()) {
      const { template } = parser.parse(batch, scanned);
      if (options.rows) {
        stamps.push(stampOf(batch, batch.count));
        await numbers.append(template);
      }
      lines += batch.count;
      options.onLines?.(lines);
    }
  } catch (error) {
    await numbers.dispose();
    throw error;
  }
  const report = reader.report();
  return {
    parser,
    report: { ...report, warnings: report.warnings.map((warning) => ({ ...warning, file: nameOf(warning.file) })) },
    templatesCsv: () => templatesCsv(parser),
    structuredCsv: async function* () {
      yield encodeUtf8(structuredHeader(options));
      yield* inLargeChunks(render(paths, reading, parser, learned(), options));
    },
    dispose: async () => {
      await numbers.dispose();
      await dispose();
    },
  };
}

/** The same bytes in chunks that are worth a write: where files take turns line by line, a batch is one line. */
async function* inLargeChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const held = new Uint8Array(LARGE);
  let used = 0;
  for await (const chunk of chunks) {
    if (used > 0 && used + chunk.length > LARGE) {
      yield held.subarray(0, used);
      used = 0;
    }
    if (chunk.length >= LARGE) yield chunk;
    else {
      held.set(chunk, used);
      used += chunk.length;
    }
  }
  if (used > 0) yield held.subarray(0, used);
}

const LARGE = 256 * 1024;

const renderHere: RenderRows = async function* (paths, reading, parser, learned, options) {
  const write = structuredWriter(parser, options);
  const batches = batchesByNumber(paths, reading);
  let number = 0;
  try {
    for await (const part of learned) yield write(asLearned(await batches.batch(number++), part), part.numbers);
  } finally {
    await batches.close();
  }
};

const openHere: OpenScanned = async (paths, options) => {
  const reader = await openLogs(paths, options);
  return {
    batches: async function* () {
      for await (const batch of reader.batches()) yield { batch, scanned: undefined };
    },
    report: reader.report,
  };
};
