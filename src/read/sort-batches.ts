import { CaracalError } from '../errors.ts';
import type { NamedEntities, RecordBatch } from '../types.ts';
import { createColumns } from './columns.ts';
import { BLOCK_LINES } from './programs/block-memory.ts';

/** Messages of more bytes than this are not sorted in memory. */
const SORT_LIMIT = 512 * 1024 * 1024;
/** Nor are more records. */
const SORT_RECORDS = 20_000_000;

/**
 * The records of one source in order of time, equal times in the order of their lines;
 * a record without time keeps its place behind the line before it.
 *
 * @throws CaracalError `E_LIMIT` beyond 512 MiB of messages or 20 million records
 */
export async function* sortBatches(batches: AsyncIterable<RecordBatch>, file: string): AsyncGenerator<RecordBatch> {
  const parts: RecordBatch[] = [];
  let records = 0;
  let bytes = 0;
  for await (const batch of batches) {
    const part = withOwnMessages(batch);
    parts.push(part);
    records += part.count;
    bytes += part.bytes.length;
    if (bytes > SORT_LIMIT || records > SORT_RECORDS) {
      throw new CaracalError(
        'E_LIMIT',
        `${file} has more than 512 MiB of messages or 20 million rows to sort. Sort it by time and split it, or write one JSON object a line.`,
        { file },
      );
    }
  }
  const order = orderOf(parts, records);
  for (let from = 0; from < records; from += BLOCK_LINES) {
    yield gather(parts, order.subarray(from, Math.min(records, from + BLOCK_LINES)));
  }
}

// --- internal ---

/** Rows as part * 65,536 + row, in order of time. */
function orderOf(parts: readonly RecordBatch[], records: number): Float64Array {
  const times = new Float64Array(records);
  const places = new Float64Array(records);
  let n = 0;
  let last = Number.NEGATIVE_INFINITY;
  parts.forEach((part, p) => {
    for (let row = 0; row < part.count; row++, n++) {
      if (!Number.isNaN(part.time[row]!)) last = part.time[row]!;
      times[n] = last;
      places[n] = p * BLOCK_LINES + row;
    }
  });
  const order = new Uint32Array(records).map((_, i) => i);
  order.sort((a, b) => times[a]! - times[b]! || a - b);
  return Float64Array.from(order, (i) => places[i]!);
}

/** The batch with nothing but its messages in `bytes`. */
function withOwnMessages(batch: RecordBatch): RecordBatch {
  const { count, start, end, bytes } = batch;
  let size = 0;
  for (let row = 0; row < count; row++) size += end[row]! - start[row]!;
  const own = new Uint8Array(size);
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let at = 0;
  for (let row = 0; row < count; row++) {
    own.set(bytes.subarray(start[row], end[row]), at);
    starts[row] = at;
    at += end[row]! - start[row]!;
    ends[row] = at;
  }
  const { place: _, ...rest } = batch;
  return { ...rest, bytes: own, start: starts, end: ends };
}

function gather(parts: readonly RecordBatch[], rows: Float64Array): RecordBatch {
  const first = parts[0];
  if (!first) throw new RangeError('there are no batches to gather rows from');
  const columns = createColumns(rows.length);
  const offsets = new Int32Array(rows.length + 1);
  const kinds: NamedEntities['kinds'][number][] = [];
  const values: number[] = [];
  let size = 0;
  rows.forEach((place, n) => {
    const part = parts[Math.floor(place / BLOCK_LINES)]!;
    const row = place % BLOCK_LINES;
    for (const name of COLUMNS) columns[name][n] = part[name][row]!;
    columns.start[n] = size;
    size += part.end[row]! - part.start[row]!;
    columns.end[n] = size;
    if (part.entities) {
      for (let e = part.entities.offsets[row]!; e < part.entities.offsets[row + 1]!; e++) {
        kinds.push(part.entities.kinds[e]!);
        values.push(part.entities.values[e]!);
      }
    }
    offsets[n + 1] = values.length;
  });
  const bytes = new Uint8Array(size);
  rows.forEach((place, n) => {
    const part = parts[Math.floor(place / BLOCK_LINES)]!;
    const row = place % BLOCK_LINES;
    bytes.set(part.bytes.subarray(part.start[row], part.end[row]), columns.start[n]);
  });
  return {
    ...columns,
    count: rows.length,
    bytes,
    source: first.source,
    strings: first.strings,
    entities: { offsets, kinds, values },
  };
}

const COLUMNS = ['time', 'level', 'host', 'app', 'pid', 'line', 'offset', 'length', 'repeat'] as const;
