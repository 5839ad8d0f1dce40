import type { RecordBatch } from '../types.ts';

/** The columns of records, one entry a row. */
export type Columns = Omit<RecordBatch, 'count' | 'bytes' | 'source' | 'strings' | 'entities'>;

/** Empty columns of so many rows. */
export function createColumns(rows: number): Columns {
  return {
    time: new Float64Array(rows),
    level: new Uint8Array(rows),
    host: new Int32Array(rows),
    app: new Int32Array(rows),
    pid: new Int32Array(rows),
    line: new Float64Array(rows),
    offset: new Float64Array(rows),
    length: new Int32Array(rows),
    start: new Int32Array(rows),
    end: new Int32Array(rows),
    repeat: new Int32Array(rows),
  };
}

/** The first rows of columns, in memory of their own. */
export function copyColumns(columns: Columns, rows: number): Columns {
  const { time, level, host, app, pid, line, offset, length, start, end, repeat } = sliceColumns(columns, 0, rows);
  return {
    ...{ time: time.slice(), level: level.slice(), host: host.slice(), app: app.slice(), pid: pid.slice() },
    ...{ line: line.slice(), offset: offset.slice(), length: length.slice() },
    ...{ start: start.slice(), end: end.slice(), repeat: repeat.slice() },
  };
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
