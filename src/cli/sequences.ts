import { readWhole } from '../read/index.ts';
import { parseSequenceCsv, type SequenceColumns, type SequenceCsv } from '../sequence/index.ts';

/** A sequence CSV that was read, with the path it came from. */
export interface SequenceFile extends SequenceCsv {
  readonly file: string;
}

/**
 * Reads a sequence CSV, packed or not.
 *
 * @throws CaracalError as `readWhole` and `parseSequenceCsv`
 */
export async function readSequences(
  file: string,
  columns: { readonly [name in keyof SequenceColumns]: string | undefined },
): Promise<SequenceFile> {
  const named = Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== undefined));
  return { file, ...parseSequenceCsv(new TextDecoder().decode(await readWhole(file)), file, named) };
}

/** Whether a file is a sequence CSV: by its `--format`, else by its name. */
export function isSequenceCsv(file: string, format: string | undefined): boolean {
  return format === undefined ? /\.csv(\.gz)?$/i.test(file) : format === 'sequence-csv';
}
