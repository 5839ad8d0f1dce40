/** Which part of the log a row is judged in: rows of one fold are judged by a model of the others. */
export interface Folds {
  /** The folds that are judged. */
  readonly judged: readonly number[];
  /** Fold of each row. */
  readonly of: Uint8Array;
  /** The other fold whose model must not learn a row, because the row is too near to what it judges; `NONE` for most. */
  readonly near: Uint8Array;
  /** A fold that is judged but that no model learns from. */
  readonly unlearned?: number;
}

const DAY = 86_400_000;
const NONE = 255;

/** Share of a block, at either end, that the model of the neighbouring block does not learn. */
const GUARD = 0.125;

/**
 * Cuts the log into blocks of time and deals them out to `count` folds in turn. With
 * blocks of about a day every fold's model knows the days around, so that slow change is
 * not taken for an anomaly. What lies within an eighth of a block of a boundary is not
 * learned by the model that judges the other side: a burst across a boundary would
 * otherwise be known to both models, and found by neither. Rows without time follow the
 * row before them; a log without any time is cut by row number.
 *
 * @param times epoch ms per row, NaN for none
 * @param count at most 255
 */
export function timeFolds(times: Float64Array, count: number): Folds {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  const timeless = !(last > first);
  const span = timeless ? times.length : last - first + 1;
  const blocks = timeless ? count : Math.min(8 * count, Math.max(count, Math.round(span / DAY)));
  const of = new Uint8Array(times.length);
  const near = new Uint8Array(times.length);
  let place = 0;
  for (let row = 0; row < times.length; row++) {
    const own = timeless ? row : times[row]! - first;
    if (!Number.isNaN(own)) place = (own / span) * blocks;
    const block = Math.min(blocks - 1, Math.floor(place));
    const neighbour = place - block < GUARD ? block - 1 : place - block > 1 - GUARD ? block + 1 : -1;
    of[row] = block % count;
    near[row] = neighbour < 0 || neighbour >= blocks ? NONE : neighbour % count;
  }
  return { judged: Array.from({ length: count }, (_, fold) => fold), of, near };
}

/** Learns from the rows before `time` and judges those from it on; rows without time follow the row before them. */
export function splitAt(times: Float64Array, time: number): Folds {
  const of = new Uint8Array(times.length);
  let fold = 0;
  for (let row = 0; row < times.length; row++) {
    if (!Number.isNaN(times[row]!)) fold = times[row]! < time ? 0 : 1;
    of[row] = fold;
  }
  return { judged: [1], of, near: new Uint8Array(times.length).fill(NONE) };
}

/** Whether the model that judges `fold` may learn from a row. */
export function mayLearn({ of, near, unlearned }: Folds, fold: number, row: number): boolean {
  return of[row] !== fold && near[row] !== fold && of[row] !== unlearned;
}

/** Rows that are judged in a fold, ascending. */
export function rowsOfFold(folds: Folds, fold: number): Int32Array {
  return rowsWhere(folds, (row) => folds.of[row] === fold);
}

/** Rows that the model of a fold may learn from, ascending. */
export function rowsToLearn(folds: Folds, fold: number): Int32Array {
  return rowsWhere(folds, (row) => mayLearn(folds, fold, row));
}

// --- internal ---

function rowsWhere({ of }: Folds, wanted: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(of.length);
  let count = 0;
  for (let row = 0; row < of.length; row++) if (wanted(row)) rows[count++] = row;
  return rows.slice(0, count);
}
