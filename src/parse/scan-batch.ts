import type { RecordBatch } from '../types.ts';
import type { ScannedRows, Scanner } from './scanner.ts';

/** Everything that a scanner finds in the messages of a batch, put into arrays that have room for it. */
export function scanBatch(
  scanner: Scanner,
  { bytes, start, end, count }: Pick<RecordBatch, 'bytes' | 'start' | 'end' | 'count'>,
  into: ScannedRows,
): ScannedRows {
  const { rows } = scanner;
  let before = 0;
  for (let from = 0; from < count; ) {
    const found = scanner.scanRows(bytes, start, end, from);
    const behind = before + rows.tokens[found - 1]!;
    into.shapes.set(rows.shapes.subarray(0, 2 * found), 2 * from);
    into.hashes.set(rows.hashes.subarray(0, 2 * (behind - before)), 2 * before);
    for (let i = 0; i < found; i++) into.tokens[from + i] = before + rows.tokens[i]!;
    before = behind;
    from += found;
  }
  return into;
}

/** Arrays for what is found in so many messages of so many bytes together: a blank or the end of a message follows each token. */
export function createScannedRows(messages: number, bytes: number): ScannedRows {
  const [shapes, tokens, hashes] = roomForRows(messages, bytes);
  return { shapes: new Int32Array(shapes), tokens: new Int32Array(tokens), hashes: new Int32Array(hashes) };
}

/** How many numbers the arrays need: shapes, tokens and hashes. */
export function roomForRows(messages: number, bytes: number): readonly [number, number, number] {
  return [2 * messages, messages, 2 * (Math.ceil(bytes / 2) + 2 * messages)];
}
