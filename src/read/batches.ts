import { isUtf8 } from 'node:buffer';
import type { EntityKind } from '../types.ts';
import { ArchiveTrouble } from './archive-trouble.ts';
import { createArena } from './arena.ts';
import { type Columns, createColumns, type ReadBatch, sliceColumns } from './columns.ts';
import { createRow, type LineParser, resetRow } from './formats/format.ts';
import { BLOCK_LINES, createLineCutter, LINE_LIMIT, type LineBlock } from './lines.ts';
import type { SourceNames } from './names.ts';
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
  readonly names: SourceNames;
  readonly report: ReportBuilder;
  /** No record should be later than this (epoch ms). */
  readonly reference: number;
  readonly from?: Position | undefined;
  /** Hand out what has come instead of waiting for a full batch. */
  readonly eager?: boolean;
  /** Records should be in order of time. */
  readonly inOrder: boolean;
}

/**
 * Turns the bytes of one source into batches, in constant memory: at most 2 MiB of
 * bytes and 65,536 records each, and the messages that are not a part of those bytes.
 */
export async function* readBatches(source: BatchSource): AsyncGenerator<ReadBatch> {
  const cutter = createLineCutter(source.from?.offset ?? 0);
  const batcher = createBatcher(source);
  let skip = source.from?.offset ?? 0;
  try {
    for await (const chunk of source.chunks) {
      const part = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - part.length;
      yield* batches(cutter.push(part), batcher);
      if (source.eager) yield* batches(cutter.flush(), batcher);
    }
  } catch (error) {
    if (!(error instanceof ArchiveTrouble)) throw error;
    source.report.warn(error.code, source.file, 0);
  }
  yield* batches(cutter.end(), batcher);
  for (let rest = batcher.rest(); rest.count > 0; rest = batcher.rest()) yield rest;
}

// --- internal ---

/** Records that joining formats may give beyond the number of lines of a block. */
const SPARE_ROWS = 256;

interface Batcher {
  batch(block: LineBlock): ReadBatch;
  /** Records of lines that waited for more; empty when there are none left. */
  rest(): ReadBatch;
}

function* batches(blocks: Generator<LineBlock>, batcher: Batcher): Generator<ReadBatch> {
  for (const block of blocks) {
    const batch = batcher.batch(block);
    if (batch.count > 0) yield batch;
  }
}

function createBatcher(source: BatchSource): Batcher {
  const { report, file, parser, names } = source;
  const latest = source.reference + DAY;
  const joins = parser.next !== undefined;
  let line = source.from?.line ?? 1;
  let lastTime = Number.NEGATIVE_INFINITY;
  const row = createRow();
  const arena = createArena();
  let entityOffsets: Int32Array | undefined;
  let entityKinds: EntityKind[] = [];
  let entityValues: number[] = [];

  // Trouble that every line may have is counted here and reported once per block.
  const times = createCounter('no-time');
  const malformed = createCounter('malformed-line');
  const backwards = createCounter('time-backwards');
  const future = createCounter('time-in-future');
  const blank = createCounter('blank-line');
  const incomplete = createCounter('incomplete-record');
  const counters = [malformed, times, backwards, future, blank, incomplete];

  const checkTime = (time: number, at: number): void => {
    if (Number.isNaN(time)) {
      tally(times, at);
      return;
    }
    if (time < lastTime && source.inOrder) tally(backwards, at);
    if (time > latest) tally(future, at);
    lastTime = time;
  };

  /** Writes the row as record n; `base` is where the arena begins. */
  const put = (columns: Columns, n: number, base: number): void => {
    if (!row.wellFormed) tally(malformed, row.line);
    if (row.incomplete) tally(incomplete, row.line);
    checkTime(row.time, row.line);
    columns.time[n] = row.time;
    columns.level[n] = row.level;
    columns.host[n] = row.host;
    columns.app[n] = row.app;
    columns.pid[n] = row.pid;
    columns.line[n] = row.line;
    columns.offset[n] = row.offset;
    columns.length[n] = Math.min(row.length, 0x7fffffff);
    columns.repeat[n] = row.repeat;
    if (row.text === null) {
      columns.start[n] = row.start;
      columns.end[n] = row.end;
    } else {
      const at = base + arena.add(row.text, row.start, row.end);
      columns.start[n] = at;
      columns.end[n] = at + row.end - row.start;
    }
    if (row.entities > 0) addEntities(n, columns.time.length);
  };

  const addEntities = (n: number, rows: number): void => {
    entityOffsets ??= new Int32Array(rows + 1);
    for (let i = 0; i < row.entities; i++) {
      entityKinds.push(row.entityKinds[i]!);
      entityValues.push(names.strings.intern(row.entityValues[i]!));
    }
    entityOffsets[n + 1] = entityValues.length;
  };

  const finish = (columns: Columns, n: number, bytes: Uint8Array): ReadBatch => {
    for (const counter of counters) {
      if (counter.count > 0) report.warn(counter.code, file, counter.firstLine, counter.count);
      counter.count = 0;
    }
    const kept = n === columns.time.length ? columns : sliceColumns(columns, 0, n);
    const places = names.takePlaces?.();
    const about = { source: source.id, strings: names.strings, ...(places ? { places } : {}) };
    const batch = { count: n, bytes: arena.after(bytes), ...about, ...kept };
    if (entityOffsets === undefined) return batch;
    const offsets = entityOffsets.subarray(0, n + 1);
    // Rows without entities end where the row before them ends.
    for (let r = 1; r <= n; r++) offsets[r] = Math.max(offsets[r]!, offsets[r - 1]!);
    const entities = { offsets, kinds: entityKinds, values: entityValues };
    entityOffsets = undefined;
    entityKinds = [];
    entityValues = [];
    return { ...batch, entities };
  };

  /** Takes what a joining parser has complete and leaves `reserved` rows free; returns the number of records then. */
  const fetch = (columns: Columns, from: number, base: number, reserved: number, atEnd: boolean): number => {
    let n = from;
    while (n < columns.time.length - reserved) {
      resetRow(row, 0, 0);
      if (!parser.next?.(row, atEnd)) break;
      put(columns, n, base);
      joined += row.lines - 1;
      n++;
    }
    return n;
  };

  let joined = 0;
  const batch = (block: LineBlock): ReadBatch => {
    const { bytes, starts, ends } = block;
    names.beginBatch();
    const columns = createColumns(joins ? Math.min(BLOCK_LINES, block.count + SPARE_ROWS) : block.count);
    const last = ends[block.count - 1]!;
    // Checked once for all lines, because nearly every block is clean.
    const text = bytes.subarray(starts[0], last);
    const clean = isUtf8(text) && Buffer.from(text.buffer, text.byteOffset, text.length).indexOf(0) < 0;
    let n = 0;
    let blanks = 0;
    let headers = 0;
    joined = 0;
    for (let i = 0; i < block.count; i++, line++) {
      const start = starts[i]!;
      let end = ends[i]!;
      if (end === start) {
        blanks++;
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
      row.line = line;
      row.offset = block.offset + start;
      row.length = length;
      parser.parse(bytes, row.start, end, row);
      if (row.outcome === 'record') put(columns, n++, last);
      else if (row.outcome === 'header') headers++;
      if (joins) n = fetch(columns, n, last, block.count - 1 - i, false);
    }
    report.add({
      lines: block.count,
      records: n,
      blankLines: blanks,
      headerLines: headers,
      continuationLines: joined,
      bytes: block.consumed,
    });
    return finish(columns, n, arena.used === 0 ? bytes : bytes.subarray(0, last));
  };

  const rest = (): ReadBatch => {
    const columns = createColumns(joins ? SPARE_ROWS : 0);
    joined = 0;
    const n = fetch(columns, 0, 0, 0, true);
    report.add({ lines: 0, records: n, blankLines: 0, headerLines: 0, continuationLines: joined, bytes: 0 });
    return finish(columns, n, new Uint8Array(0));
  };

  return { batch, rest };
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

/** The end of the last whole UTF-8 character before `end`. */
function wholeCharacters(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && at > end - 3 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}
