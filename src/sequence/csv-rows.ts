import { type InfoRecord, parse } from 'csv-parse/sync';
import { CaracalError } from '../errors.ts';

/** One row of a CSV table, with the line that it ends on. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The rows of a table, header and all; empty lines are passed over, rows may differ in length.
 *
 * @param file name for error messages
 * @param delimiter a comma unless told
 * @throws CaracalError `E_FORMAT_INVALID` for a quote that is never closed or closed too early
 */
export function csvRows(text: string, file: string, delimiter = ','): CsvRow[] {
  try {
    const rows: unknown = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return (rows as { record: string[]; info: InfoRecord }[]).map(({ record, info }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (cause) {
    // The parser quotes the whole value, which may be the rest of the file.
    const why = (cause instanceof Error ? cause.message : String(cause)).replace(/, value is .*/s, '');
    throw new CaracalError(
      'E_FORMAT_INVALID',
      `${file}: not a CSV file: ${why}. Mend the line or quote the field.`,
      { file },
      { cause },
    );
  }
}
