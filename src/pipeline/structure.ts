import {
  createDrain,
  type DrainOptions,
  type Parser,
  structuredHeader,
  structuredRows,
  templatesCsv,
} from '../parse/index.ts';
import { openLogs, type ReadOptions, type ReadReport } from '../read/index.ts';
import { type Rereadable, rereadable } from './spool.ts';

/** How to parse logs to files. */
export interface StructureOptions {
  readonly read?: ReadOptions;
  readonly drain?: Partial<DrainOptions>;
  /** With the variable parts of each line. */
  readonly parameters: boolean;
  readonly onLines?: (lines: number) => void;
}

/** Logs that were parsed: templates, and the files that can be written of them. */
export interface Structured {
  readonly parser: Parser;
  readonly report: ReadReport;
  /** `structured.csv` in chunks; reads the logs once more, so that every line has its final template. */
  structuredCsv(): AsyncGenerator<string>;
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
  const reader = await openLogs(paths, options.read);
  const parser = createDrain({ ...options.drain, entities: false });
  const numbers: Int32Array[] = [];
  let lines = 0;
  for await (const batch of reader.batches()) {
    numbers.push(parser.parse(batch).template);
    lines += batch.count;
    options.onLines?.(lines);
  }
  const report = reader.report();
  return {
    parser,
    report: { ...report, warnings: report.warnings.map((warning) => ({ ...warning, file: nameOf(warning.file) })) },
    templatesCsv: () => templatesCsv(parser),
    structuredCsv: async function* () {
      yield structuredHeader(options);
      let batches = 0;
      for await (const batch of (await openLogs(paths, options.read)).batches()) {
        const known = numbers[batches++];
        if (known) yield structuredRows(batch, known, parser, options);
      }
    },
    dispose,
  };
}
