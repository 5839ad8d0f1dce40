import type { RecordBatch } from '../types.ts';
import type { ScannedRows, Scanner } from './scanner.ts';

/** Everything that a scanner finds in the messages of a batch, in arrays of its own, or in those of `spare` that are long enough. */
export function scanBatch(
  scanner: Scanner,
  { bytes, start, end, count }: RecordBatch,
  spare?: ScannedRows,
): ScannedRows {
  const shapes = roomFor(2 * count, spare?.shapes);
  const tokens = roomFor(count, spare?.tokens);
  // Enough for most logs; grows where lines have more tokens.
  let hashes = roomFor(2 * TOKENS_PER_LINE * count, spare?.hashes);
  let before = 0;
  for (let from = 0; from < count; ) {
    const { rows } = scanner;
    const found = scanner.scanRows(bytes, start, end, from);
    const behind = before + rows.tokens[found - 1]!;
    if (2 * behind > hashes.length) {
      const wider = new Int32Array(4 * behind);
      wider.set(hashes);
      hashes = wider;
    }
    hashes.set(rows.hashes.subarray(0, 2 * (behind - before)), 2 * before);
    shapes.set(rows.shapes.subarray(0, 2 * found), 2 * from);
    for (let i = 0; i < found; i++) tokens[from + i] = before + rows.tokens[i]!;
    before = behind;
    from += found;
  }
  return { shapes, tokens, hashes };
}

// --- internal ---

const TOKENS_PER_LINE = 16;

function roomFor(length: number, spare: Int32Array | undefined): Int32Array {
  return spare && spare.length >= length ? spare : new Int32Array(length);
}
