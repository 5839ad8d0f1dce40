import type { RecordBatch } from '../types.ts';
import type { ScannedRows, Scanner } from './scanner.ts';

/** Everything that a scanner finds in the messages of a batch, in arrays of its own. */
export function scanBatch(scanner: Scanner, { bytes, start, end, count }: RecordBatch): ScannedRows {
  const shapes = new Int32Array(2 * count);
  const tokens = new Int32Array(count);
  const parts: Int32Array[] = [];
  let before = 0;
  for (let from = 0; from < count; ) {
    const { rows } = scanner;
    const found = scanner.scanRows(bytes, start, end, from);
    const behind = rows.tokens[found - 1]!;
    shapes.set(rows.shapes.subarray(0, 2 * found), 2 * from);
    for (let i = 0; i < found; i++) tokens[from + i] = before + rows.tokens[i]!;
    parts.push(rows.hashes.slice(0, 2 * behind));
    before += behind;
    from += found;
  }
  const hashes = new Int32Array(2 * before);
  let at = 0;
  for (const part of parts) {
    hashes.set(part, at);
    at += part.length;
  }
  return { shapes, tokens, hashes };
}
