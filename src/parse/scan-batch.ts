import type { RecordBatch } from '../types.ts';
import type { ScannedRows, Scanner } from './scanner.ts';

/** Everything that a scanner finds in the messages of a batch, into arrays that have room for it. */
export function scanBatch(
  scanner: Scanner,
  { bytes, start, end, count }: Pick<RecordBatch, 'bytes' | 'start' | 'end' | 'count'>,
  { shapes, tokens, hashes }: ScannedRows,
): void {
  const { rows } = scanner;
  let before = 0;
  for (let from = 0; from < count; ) {
    const found = Math.min(scanner.scanRows(bytes, start, end, from), count - from);
    const behind = before + rows.tokens[found - 1]!;
    hashes.set(rows.hashes.subarray(0, 2 * (behind - before)), 2 * before);
    shapes.set(rows.shapes.subarray(0, 2 * found), 2 * from);
    for (let i = 0; i < found; i++) tokens[from + i] = before + rows.tokens[i]!;
    before = behind;
    from += found;
  }
}
