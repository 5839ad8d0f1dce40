import { isUtf8 } from 'node:buffer';
import type { RecordBatch, StringTable } from '../types.ts';
import { DamagedArchive } from './decompress.ts';
import { createRow, type LineParser, resetRow } from './formats/format.ts';
import { createLineCutter, LINE_LIMIT, type LineBlock } from './lines.ts';
import type { ReportBuilder, WarningCode } from './read-report.ts';
import { byteOrderMark } from './sniff.ts';
import { DAY } from './time/civil.ts';

/** A place in the decompressed stream of a source, to go on from. */
export interface Position {
  /** First byte of a line. */
  readonly offset: number;
  /** Number of that line. */
  readonly line: number;
}

/** What turning one source's bytes into records needs. */
export interface BatchSource {
  readonly id: number;
  readonly file: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly parser: LineParser;
  readonly strings: StringTable;
  readonly report: ReportBuilder;
  /** No record should be later than this (epoch ms). */
  readonly reference: number;
  readonly from?: Position | undefined;
  /** Hand out what has come instead of waiting for a full batch. */
  readonly eager?: boolean;
}

/**
 * Turns the bytes of one source into batches, in constant memory: at most 2 MiB of
 * bytes and 65,536 records each.
 */
export async function* readBatches(source: BatchSource): AsyncGenerator<RecordBatch> {
  const cutter = createLineCutter(source.from?.offset ?? 0);
  const toBatch = createBatcher(source);
  let skip = source.from?.offset ?? 0;
  try {
    for await (const chunk of source.chunks) {
      const part = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - part.length;
      yield* batches(cutter.push(part), toBatch);
      if (source.eager) yield* batches(cutter.flush(), toBatch);
    }
  } catch (error) {
    if (!(error instanceof DamagedArchive)) throw error;
    source.report.warn(error.truncated ? 'truncated-archive' : 'damaged-archive', source.file, 0);
  }
  yield* batches(cutter.end(), toBatch);
}

// --- internal ---

type Columns = Omit<RecordBatch, 'count' | 'bytes' | 'source' | 'strings'>;

function* batches(blocks: Generator<LineBlock>, toBatch: (block: LineBlock) => RecordBatch): Generator<RecordBatch> {
  for (const block of blocks) {
    const batch = toBatch(block);
    if (batch.count > 0) yield batch;
  }
}

function createBatcher(source: BatchSource): (block: LineBlock) => RecordBatch {
  const { report, file, parser } = source;
  const latest = source.reference + DAY;
  let line = source.from?.line ?? 1;
  let lastTime = Number.NEGATIVE_INFINITY;
  const row = createRow();

  // Trouble that every line may have is counted here and reported once per block.
  const times = createCounter('no-time');
  const malformed = createCounter('malformed-line');
  const backwards = createCounter('time-backwards');
  const future = createCounter('time-in-future');
  const blank = createCounter('blank-line');
  const counters = [malformed, times, backwards, future, blank];

  const checkTime = (time: number): void => {
    if (Number.isNaN(time)) {
      tally(times, line);
      return;
    }
    if (time < lastTime) tally(backwards, line);
    if (time > latest) tally(future, line);
    lastTime = time;
  };

  return (block) => {
    const { bytes, starts, ends } = block;
    const columns = createColumns(block.count);
    // Checked once for all lines, because nearly every block is clean.
    const text = bytes.subarray(starts[0], ends[block.count - 1]);
    const clean = isUtf8(text) && Buffer.from(text.buffer, text.byteOffset, text.length).indexOf(0) < 0;
    let n = 0;
    for (let i = 0; i < block.count; i++, line++) {
      const start = starts[i]!;
      let end = ends[i]!;
      if (end === start) {
        tally(blank, line);
        continue;
      }
      const length = end - start + (i === block.count - 1 ? block.hidden : 0);
      if (length > LINE_LIMIT) {
        report.warn('long-line', file, line);
        end = wholeCharacters(bytes, start, Math.min(end, start + LINE_LIMIT));
      }
      if (!clean) {
        if (bytes.subarray(start, end).includes(0)) report.warn('nul-bytes', file, line);
        if (!isUtf8(bytes.subarray(start, end))) report.warn('invalid-utf8', file, line);
      }
      resetRow(row, block.offset + start === 0 ? byteOrderMark(bytes) : start, end);
      parser.parse(bytes, row.start, end, row);
      if (!row.wellFormed) tally(malformed, line);
      checkTime(row.time);
      columns.time[n] = row.time;
      columns.level[n] = row.level;
      columns.host[n] = row.host;
      columns.app[n] = row.app;
      columns.pid[n] = row.pid;
      columns.line[n] = line;
      columns.offset[n] = block.offset + start;
      columns.length[n] = Math.min(length, 0x7fffffff);
      columns.start[n] = row.start;
      columns.end[n] = row.end;
      columns.repeat[n] = row.repeat;
      n++;
    }
    for (const counter of counters) {
      if (counter.count > 0) report.warn(counter.code, file, counter.firstLine, counter.count);
      counter.count = 0;
    }
    report.add({ lines: block.count, records: n, blankLines: block.count - n, bytes: block.consumed });
    const kept = n === block.count ? columns : sliceColumns(columns, 0, n);
    return { count: n, bytes, source: source.id, strings: source.strings, ...kept };
  };
}

interface Counter {
  readonly code: WarningCode;
  count: number;
  firstLine: number;
}

function createCounter(code: WarningCode): Counter {
  return { code, count: 0, firstLine: 0 };
}

function tally(counter: Counter, line: number): void {
  if (counter.count++ === 0) counter.firstLine = line;
}

function createColumns(count: number): Columns {
  return {
    time: new Float64Array(count),
    level: new Uint8Array(count),
    host: new Int32Array(count),
    app: new Int32Array(count),
    pid: new Int32Array(count),
    line: new Float64Array(count),
    offset: new Float64Array(count),
    length: new Int32Array(count),
    start: new Int32Array(count),
    end: new Int32Array(count),
    repeat: new Int32Array(count),
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

/** The end of the last whole UTF-8 character before `end`. */
function wholeCharacters(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && at > end - 3 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}
