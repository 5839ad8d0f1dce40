import type { RecordBatch } from '../types.ts';

/** The columns of records, one entry a row. */
export type Columns = Omit<RecordBatch, 'count' | 'bytes' | 'place' | 'source' | 'strings' | 'entities'>;

/** Bytes that columns of so many rows take. */
export function bytesOfColumns(rows: number): number {
  return 53 * rows;
}

/** Columns of so many rows in memory that is there, with what it holds. */
export function columnsIn(memory: ArrayBuffer, rows: number): Columns {
  const [time, line, offset] = [0, 1, 2].map((i) => new Float64Array(memory, 8 * rows * i, rows));
  const ints = Array.from({ length: 7 }, (_, i) => new Int32Array(memory, 24 * rows + 4 * rows * i, rows));
  const [host, app, pid, length, start, end, repeat] = ints;
  const level = new Uint8Array(memory, 52 * rows, rows);
  return { time, line, offset, level, host, app, pid, length, start, end, repeat } as Columns;
}

/** Empty columns of so many rows. */
export function createColumns(rows: number): Columns {
  return columnsIn(new ArrayBuffer(bytesOfColumns(rows)), rows);
}

/** Puts the first rows of columns into other columns, which have as many. */
export function copyColumns(from: Columns, to: Columns): Columns {
  const rows = to.time.length;
  for (const name of COLUMNS) to[name].set(from[name].length === rows ? from[name] : from[name].subarray(0, rows));
  return to;
}

/** The rows `from` to `to` of columns, as views. */
export function sliceColumns(columns: Columns, from: number, to: number): Columns {
  return {
    time: columns.time.subarray(from, to),
    level: columns.level.subarray(from, to),
    host: columns.host.subarray(from, to),
    app: columns.app.subarray(from, to),
    pid: columns.pid.subarray(from, to),
    line: columns.line.subarray(from, to),
    offset: columns.offset.subarray(from, to),
    length: columns.length.subarray(from, to),
    start: columns.start.subarray(from, to),
    end: columns.end.subarray(from, to),
    repeat: columns.repeat.subarray(from, to),
  };
}

/** The rows `from` to `to` of a batch. */
export function sliceBatch(batch: RecordBatch, from: number, to: number): RecordBatch {
  if (from === 0 && to === batch.count) return batch;
  const { entities, ...columns } = batch;
  const slice = { ...columns, ...sliceColumns(columns, from, to), count: to - from };
  // Offsets of entities count from the beginning of the whole batch.
  return entities ? { ...slice, entities: { ...entities, offsets: entities.offsets.subarray(from, to + 1) } } : slice;
}

// --- internal ---

const COLUMNS = ['time', 'line', 'offset', 'level', 'host', 'app', 'pid', 'length', 'start', 'end', 'repeat'] as const;
