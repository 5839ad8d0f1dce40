import { isUtf8 } from 'node:buffer';
import type { EntityKind, RecordBatch } from '../types.ts';
import { createArena } from './arena.ts';
import { type Columns, copyColumns, createColumns, sliceColumns } from './columns.ts';
import { createRow, type LineParser, resetRow } from './formats/format.ts';
import { LINE_LIMIT, type LineBlock } from './lines.ts';
import type { SourceNames } from './names.ts';
import { BLOCK_LINES, type BlockMemory } from './programs/block-memory.ts';
import { createHeaderReader, type HeaderReader } from './programs/header-reader.ts';
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

/** What turning one source's lines into records needs. */
export interface BatchSource {
  readonly id: number;
  readonly file: string;
  readonly parser: LineParser;
  readonly names: SourceNames;
  readonly report: ReportBuilder;
  /** No record should be later than this (epoch ms). */
  readonly reference: number;
  readonly from?: Position | undefined;
  /** Records should be in order of time. */
  readonly inOrder: boolean;
  /** Columns may hold, as bytes do, until the next batch is asked for. */
  readonly transient?: boolean;
}

/** Turns lines into records. */
export interface Batcher {
  batch(block: LineBlock): RecordBatch;
  /** Records of lines that waited for more; empty when there are none left. */
  rest(): RecordBatch;
}

/** A batcher for one source. */
export function createBatcher(source: BatchSource): Batcher {
  const { report, file, parser, names } = source;
  const latest = source.reference + DAY;
  const joins = parser.next !== undefined;
  let line = source.from?.line ?? 1;
  let lastTime = Number.NEGATIVE_INFINITY;
  const headerReaders = new Map<BlockMemory, HeaderReader>();
  const headerReaderIn = (memory: BlockMemory): HeaderReader | undefined => {
    const known = headerReaders.get(memory);
    if (known || !parser.fast) return known;
    const made = createHeaderReader(memory, parser.fast, names, latest);
    headerReaders.set(memory, made);
    return made;
  };
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

  const checkTimes = ({ time, line: lines }: Columns, count: number): void => {
    for (let n = 0; n < count; n++) {
      const now = time[n]!;
      if (Number.isNaN(now)) {
        tally(times, lines[n]!);
        continue;
      }
      if (now < lastTime && source.inOrder) tally(backwards, lines[n]!);
      if (now > latest) tally(future, lines[n]!);
      lastTime = now;
    }
  };

  /** Reports lines that are too long, and those whose bytes are not as they should be. */
  const checkLines = ({ bytes, starts, ends, count, hidden }: LineBlock, clean: boolean): void => {
    for (let i = 0; i < count; i++) {
      const start = starts[i]!;
      const length = ends[i]! - start + (i === count - 1 ? hidden : 0);
      if (length > LINE_LIMIT) report.warn('long-line', file, line + i);
      if (clean) continue;
      const text = bytes.subarray(start, keptEnd(bytes, start, ends[i]!));
      if (text.includes(0)) report.warn('nul-bytes', file, line + i);
      if (!isUtf8(text)) report.warn('invalid-utf8', file, line + i);
    }
  };

  /** Writes the row as record n; `base` is where the arena begins. */
  const put = (columns: Columns, n: number, base: number): void => {
    if (!row.wellFormed) tally(malformed, row.line);
    if (row.incomplete) tally(incomplete, row.line);
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
      entityValues.push(names.text(row.entityValues[i]!));
    }
    entityOffsets[n + 1] = entityValues.length;
  };

  /** `place` is that of the bytes in the stream; the columns may be `inMemory` that another block will use. */
  const finish = (columns: Columns, n: number, bytes: Uint8Array, place: number, inMemory: boolean): RecordBatch => {
    for (const counter of counters) {
      if (counter.count > 0) report.warn(counter.code, file, counter.firstLine, counter.count);
      counter.count = 0;
    }
    const asTheyAre = !inMemory || source.transient === true;
    const kept = asTheyAre ? sliceColumns(columns, 0, n) : copyColumns(columns, createColumns(n));
    const where = arena.used === 0 ? { bytes, place } : { bytes: arena.after(bytes) };
    const batch = { count: n, ...where, source: source.id, strings: names.ofBatch(), ...kept };
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
  const batch = (block: LineBlock): RecordBatch => {
    const { memory, bytes, starts, ends, count, hidden } = block;
    names.beginBatch();
    const headerReader = headerReaderIn(memory);
    headerReader?.begin(line, block.offset);
    /** Lines that the parser has read. */
    let parsed = 0;
    const columns = headerReader
      ? memory.columns
      : createColumns(joins ? Math.min(BLOCK_LINES, count + SPARE_ROWS) : count);
    const last = ends[count - 1]!;
    // Checked once for all lines, because nearly every block is clean.
    const clean = block.plain || isClean(bytes.subarray(starts[0], last));
    if (!clean || block.consumed > LINE_LIMIT) checkLines(block, clean);
    let n = 0;
    let blanks = 0;
    let headers = 0;
    joined = 0;
    /** The first line, and one that the program has left. */
    const parse = (i: number): void => {
      const start = starts[i]!;
      const end = ends[i]!;
      if (end === start) {
        blanks++;
        tally(blank, line + i);
        return;
      }
      resetRow(row, block.offset + start === 0 ? byteOrderMark(bytes) : start, keptEnd(bytes, start, end));
      row.line = line + i;
      row.offset = block.offset + start;
      row.length = end - start + (i === count - 1 ? hidden : 0);
      parser.parse(bytes, row.start, row.end, row);
      parsed++;
      if (row.outcome === 'record') put(columns, n++, last);
      else if (row.outcome === 'header') headers++;
      headerReader?.learn();
    };
    for (let i = 0; i < count; i++) {
      // The stream may begin with a byte order mark.
      if (headerReader && block.offset + starts[i]! > 0) {
        const reached = headerReader.read(i, count, n);
        n += reached - i;
        i = reached;
        if (i === count) break;
      }
      parse(i);
      if (joins) n = fetch(columns, n, last, count - 1 - i, false);
    }
    line += count;
    // Where the program alone has read lines, and finds them in order, they are.
    if (headerReader?.orderly && parsed === 0 && n > 0 && columns.time[0]! >= lastTime) lastTime = columns.time[n - 1]!;
    else checkTimes(columns, n);
    report.add({
      lines: count,
      records: n,
      blankLines: blanks,
      headerLines: headers,
      continuationLines: joined,
      bytes: block.consumed,
    });
    return finish(
      columns,
      n,
      arena.used === 0 ? bytes : bytes.subarray(0, last),
      block.offset,
      headerReader !== undefined,
    );
  };

  const rest = (): RecordBatch => {
    const columns = createColumns(joins ? SPARE_ROWS : 0);
    joined = 0;
    const n = fetch(columns, 0, 0, 0, true);
    checkTimes(columns, n);
    report.add({ lines: 0, records: n, blankLines: 0, headerLines: 0, continuationLines: joined, bytes: 0 });
    return finish(columns, n, new Uint8Array(0), 0, false);
  };

  return { batch, rest };
}

// --- internal ---

/** Records that joining formats may give beyond the number of lines of a block. */
const SPARE_ROWS = 256;

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

/** Whether bytes are UTF-8 without NUL. */
function isClean(text: Uint8Array): boolean {
  return isUtf8(text) && Buffer.from(text.buffer, text.byteOffset, text.length).indexOf(0) < 0;
}

/** The end of what is kept of a line: of its last whole UTF-8 character within `LINE_LIMIT`. */
function keptEnd(bytes: Uint8Array, start: number, end: number): number {
  if (end - start <= LINE_LIMIT) return end;
  const limit = start + LINE_LIMIT;
  let at = limit;
  while (at > limit - 3 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}
