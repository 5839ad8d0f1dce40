/** Which part of the log a row is judged in: rows of one fold are judged by a model of the others. */
export interface Folds {
  /** The folds that are judged. */
  readonly judged: readonly number[];
  /** Fold of each row. */
  readonly of: Uint8Array;
}

const DAY = 86_400_000;

/**
 * Cuts the log into blocks of time and deals them out to `count` folds in turn. With
 * blocks of about a day every fold's model knows the neighbouring days, so that slow
 * change is not taken for an anomaly, while a burst is nearly always judged as a whole
 * by a model that has not seen it. Rows without time follow the row before them; a log
 * without any time is cut by row number.
 *
 * @param times epoch ms per row, NaN for none
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
  let block = 0;
  for (let row = 0; row < times.length; row++) {
    const place = timeless ? row : times[row]! - first;
    if (!Number.isNaN(place)) block = Math.min(blocks - 1, Math.floor((place / span) * blocks));
    of[row] = block % count;
  }
  return { judged: Array.from({ length: count }, (_, fold) => fold), of };
}

/** Learns from the rows before `time` and judges those from it on; rows without time follow the row before them. */
export function splitAt(times: Float64Array, time: number): Folds {
  const of = new Uint8Array(times.length);
  let fold = 0;
  for (let row = 0; row < times.length; row++) {
    if (!Number.isNaN(times[row]!)) fold = times[row]! < time ? 0 : 1;
    of[row] = fold;
  }
  return { judged: [1], of };
}

/** Rows that are judged in a fold, ascending. */
export function rowsOfFold(folds: Folds, fold: number): Int32Array {
  return rowsWhere(folds, (of) => of === fold);
}

/** Rows that the model of a fold may learn from, ascending. */
export function rowsOutsideFold(folds: Folds, fold: number): Int32Array {
  return rowsWhere(folds, (of) => of !== fold);
}

// --- internal ---

function rowsWhere({ of }: Folds, wanted: (fold: number) => boolean): Int32Array {
  const rows = new Int32Array(of.length);
  let count = 0;
  for (let row = 0; row < of.length; row++) if (wanted(of[row]!)) rows[count++] = row;
  return rows.slice(0, count);
}
