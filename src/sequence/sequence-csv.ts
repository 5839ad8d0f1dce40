import { CaracalError } from '../errors.ts';
import type { SequenceSet } from '../types.ts';
import { csvRows } from './csv-rows.ts';
import { sequencesOf } from './sequences.ts';

/** Names of the columns of a sequence CSV. */
export interface SequenceColumns {
  /** Column of the blank-separated keys. */
  readonly keys?: string;
  /** Column of the ground truth, 0 or 1. */
  readonly label?: string;
  /** Column of the id; the first of `id`, `block_id`, `session` or any `*_id` unless told. */
  readonly id?: string;
}

/** A sequence CSV as read: its sequences, and what was wrong with single lines. */
export interface SequenceCsv {
  readonly set: SequenceSet;
  readonly warnings: readonly { readonly line: number; readonly note: string }[];
}

/**
 * Reads a sequence CSV: a header, a `keys` column of blank-separated keys, optionally
 * `label` (0/1), `class` and an id. Rows with an unusable label are left out and reported.
 *
 * @param file name for error messages
 * @throws CaracalError `E_NO_INPUT` without rows, `E_FORMAT_INVALID` without a keys column
 *
 * @example
 * parseSequenceCsv('id,keys\na,5 5 22\n', 'train.csv').set.count; // 1
 */
export function parseSequenceCsv(text: string, file: string, columns: SequenceColumns = {}): SequenceCsv {
  const rows = csvRows(text, file).map(({ cells }) => cells);
  const header = rows[0];
  if (!header || rows.length < 2) {
    throw new CaracalError('E_NO_INPUT', `${file}: no sequences in it. Expected a header and at least one row.`, {
      file,
    });
  }
  const find = (wanted: string | undefined, fallback: RegExp): number =>
    header.findIndex((name) => (wanted === undefined ? fallback.test(name) : name === wanted));
  const keysAt = find(columns.keys, /^keys$/i);
  if (keysAt < 0) {
    throw new CaracalError(
      'E_FORMAT_INVALID',
      `${file}: no column '${columns.keys ?? 'keys'}' in its header (${header.join(', ')}). Name the column of keys with --keys-column.`,
      { file, line: 1 },
    );
  }
  const labelAt = find(columns.label, /^label$/i);
  const idAt = find(columns.id, /^(id|session|.*_id)$/i);
  const classAt = find(undefined, /^class$/i);
  for (const [flag, name, at] of [
    ['--label-column', columns.label, labelAt],
    ['--id-column', columns.id, idAt],
  ] as const) {
    if (name !== undefined && at < 0) {
      throw new CaracalError(
        'E_FORMAT_INVALID',
        `${file}: no column '${name}'. Give ${flag} one of: ${header.join(', ')}.`,
        {
          file,
          line: 1,
        },
      );
    }
  }

  const lists: string[][] = [];
  const ids: string[] = [];
  const labels: number[] = [];
  const classes: string[] = [];
  const warnings: { line: number; note: string }[] = [];
  rows.slice(1).forEach((row, i) => {
    const label = labelAt < 0 ? '0' : (row[labelAt] ?? '').trim();
    const keys = row[keysAt];
    if (keys === undefined || (label !== '0' && label !== '1')) {
      const note = keys === undefined ? 'the row has no keys field' : `label '${label}' is neither 0 nor 1`;
      warnings.push({ line: i + 2, note });
      return;
    }
    lists.push(keys.split(/\s+/).filter((key) => key !== ''));
    ids.push((idAt < 0 ? undefined : row[idAt]) ?? String(i + 1));
    labels.push(Number(label));
    classes.push((classAt < 0 ? undefined : row[classAt]) ?? '');
  });
  const set = sequencesOf(lists, { ids, ...(labelAt < 0 ? {} : { labels }) });
  return { set: classAt < 0 ? set : { ...set, classes }, warnings };
}
