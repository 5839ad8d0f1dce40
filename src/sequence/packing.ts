import type { UniqueSequences } from './unique-sequences.ts';
import { BEGIN } from './vocabulary.ts';

/**
 * Sequences of any length in rows of one length, several short ones in a row: most
 * sessions have a few events, and a row of padding costs as much as a row of events.
 */
export interface PackedRows {
  readonly count: number;
  /** Positions of a row. */
  readonly size: number;
  /** Code of the key before each position, `count * size`. */
  readonly keys: Int32Array;
  /** Code of the key at each position, `count * size`. */
  readonly next: Int32Array;
  /** Which sequence of its row a position belongs to, from 1; 0 for padding. `count * size` */
  readonly segment: Int32Array;
  /** How often each position occurs; 0 for padding and for what is there as context only. `count * size` */
  readonly weight: Float32Array;
}

/**
 * Packs each of several sets of sequences into rows of at most `most` positions, all of one
 * size: that of the fullest row. A longer sequence is cut into pieces whose first
 * `overlap` positions repeat the piece before: they give the context and count nothing.
 */
export function packSequences(sets: readonly UniqueSequences[], most: number, overlap: number): PackedRows[] {
  const packed = sets.map((sequences) => ({ sequences, rows: assignRows(piecesOf(sequences, most, overlap), most) }));
  const size = packed.reduce(
    (longest, { rows }) => rows.reduce((max, row) => Math.max(max, lengthOf(row)), longest),
    0,
  );
  return packed.map(({ sequences, rows }) => fillRows(sequences, rows, size));
}

// --- internal ---

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Positions at its begin that count nothing. */
  readonly context: number;
  readonly weight: number;
}

function lengthOf(row: readonly Piece[]): number {
  return row.reduce((sum, { start, end }) => sum + end - start, 0);
}

function fillRows(sequences: UniqueSequences, rows: readonly (readonly Piece[])[], size: number): PackedRows {
  const count = rows.length;
  const packed: PackedRows = {
    count,
    size,
    keys: new Int32Array(count * size).fill(BEGIN),
    next: new Int32Array(count * size).fill(BEGIN),
    segment: new Int32Array(count * size),
    weight: new Float32Array(count * size),
  };
  rows.forEach((row, r) => {
    let at = r * size;
    row.forEach(({ start, end, context, weight }, i) => {
      packed.keys.set(sequences.keys.subarray(start, end), at);
      packed.next.set(sequences.next.subarray(start, end), at);
      packed.segment.fill(i + 1, at, at + end - start);
      packed.weight.fill(weight, at + context, at + end - start);
      at += end - start;
    });
  });
  return packed;
}

function piecesOf({ count, offsets, weight }: UniqueSequences, size: number, overlap: number): Piece[] {
  const pieces: Piece[] = [];
  for (let s = 0; s < count; s++) {
    const last = offsets[s + 1]!;
    let context = 0;
    for (let start = offsets[s]!; start + context < last; start += size - overlap) {
      pieces.push({ start, end: Math.min(start + size, last), context, weight: weight[s]! });
      context = overlap;
    }
  }
  return pieces;
}

/**
 * Best fit, the longest first, among pieces of similar weight: a row is drawn as often
 * as its heaviest piece asks for, so that a heavy and a light one should not share it.
 */
function assignRows(pieces: readonly Piece[], size: number): Piece[][] {
  const length = ({ start, end }: Piece): number => end - start;
  const weightClass = ({ weight }: Piece): number => Math.floor(Math.log2(Math.max(1, weight)) / 2);
  const order = pieces.toSorted(
    (a, b) => weightClass(b) - weightClass(a) || length(b) - length(a) || b.weight - a.weight || a.start - b.start,
  );
  const rows: Piece[][] = [];
  /** Rows by the room they have left. */
  let open: Piece[][][] = [];
  let current = Number.NaN;
  for (const piece of order) {
    if (weightClass(piece) !== current) {
      open = Array.from({ length: size + 1 }, () => []);
      current = weightClass(piece);
    }
    const needed = length(piece);
    let room = needed;
    while (room < size && open[room]!.length === 0) room++;
    let row = open[room]!.pop();
    if (row === undefined) {
      row = [];
      rows.push(row);
      room = size;
    }
    row.push(piece);
    open[room - needed]!.push(row);
  }
  return rows;
}
