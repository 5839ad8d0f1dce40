import { CaracalError } from '../errors.ts';
import { readWhole } from '../read/index.ts';
import { parseSequenceCsv, type SequenceColumns, selectSequences } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import type { InputWarning } from './warnings.ts';

/** A sequence CSV that was read. */
export interface SequenceFile {
  readonly file: string;
  readonly set: SequenceSet;
  readonly warnings: readonly InputWarning[];
}

const SNIFF_BYTES = 64 * 1024;

/**
 * Reads a sequence CSV, packed or not.
 *
 * @throws CaracalError `E_BINARY_INPUT`, and as `readWhole` and `parseSequenceCsv`
 */
export async function readSequences(
  file: string,
  columns: { readonly [name in keyof SequenceColumns]: string | undefined },
): Promise<SequenceFile> {
  const named = Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== undefined));
  const bytes = await readWhole(file);
  if (bytes.subarray(0, SNIFF_BYTES).includes(0)) {
    throw new CaracalError(
      'E_BINARY_INPUT',
      `${file} holds NUL bytes, so it is no CSV. Name a sequence CSV: UTF-8 text with a header and a keys column.`,
      { file },
    );
  }
  const { set, warnings } = parseSequenceCsv(new TextDecoder().decode(bytes), file, named);
  const [first] = warnings;
  if (!first) return { file, set, warnings: [] };
  const note = `the row was left out, because ${first.note}`;
  return {
    file,
    set,
    warnings: [{ code: 'malformed-row', file, count: warnings.length, firstLine: first.line, note }],
  };
}

/**
 * The sequences of a CSV that are normal: those labelled 1 are left out with a warning,
 * for whoever learns from them takes them for usual.
 *
 * @throws CaracalError `E_TOO_LITTLE_DATA` where that leaves none
 */
export function normalAlone({ file, set, warnings }: SequenceFile): SequenceFile {
  const normal = Array.from({ length: set.count }, (_, s) => s).filter((s) => set.labels?.[s] !== 1);
  const count = set.count - normal.length;
  if (count === 0) return { file, set, warnings };
  if (normal.length === 0) {
    throw new CaracalError(
      'E_TOO_LITTLE_DATA',
      `${file}: every sequence is labelled 1, so there is nothing normal to learn from. Add sequences labelled 0.`,
      { file },
    );
  }
  const note = 'the sequence is labelled 1 and was left out, for only what is normal is learned';
  return {
    file,
    set: selectSequences(set, normal),
    warnings: [...warnings, { code: 'labelled-sequence', file, count, firstLine: 0, note }],
  };
}

/** Whether a file is a sequence CSV: by its `--format`, else by its name. */
export function isSequenceCsv(file: string, format: string | undefined): boolean {
  return format === undefined ? /\.csv(\.gz)?$/i.test(file) : format === 'sequence-csv';
}

/**
 * The sequence CSV among the files of a command, if that is what it was given.
 *
 * @throws CaracalError `E_USAGE` for a sequence CSV together with other files
 */
export function sequenceCsvAmong(files: readonly string[], format: string | undefined): string | undefined {
  const csv = files.find((file) => isSequenceCsv(file, format));
  if (csv !== undefined && files.length > 1) {
    throw new CaracalError(
      'E_USAGE',
      `${csv}: a sequence CSV is taken alone. Join several into one, and give logs to a run of their own.`,
      { file: csv },
    );
  }
  return csv;
}
