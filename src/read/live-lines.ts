import type { EntityKind, RecordBatch } from '../types.ts';
import { decodeUtf8, encodeUtf8 } from '../util/utf8.ts';
import { createArena } from './arena.ts';
import { type Columns, createColumns, sliceColumns } from './columns.ts';
import { createRow, type LineParser, type Row, resetRow, type SampleLines } from './formats/format.ts';
import { chooseFormat } from './formats/index.ts';
import { createBatchNames } from './names.ts';
import { createClock } from './time/clock.ts';

/** Lines that a live source gave: line i is `bytes[starts[i], ends[i])`. */
export interface LiveLines {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Bytes that the line had when it came. */
  readonly lengths: Float64Array;
  /** Number of the first line. */
  readonly firstLine: number;
  readonly offsets: Float64Array;
  /** When each came, epoch ms. */
  readonly received: Float64Array;
}

/** How to read live lines. */
export interface LiveReadOptions {
  /** Input format of every line; found from the lines unless told. */
  readonly format?: string | undefined;
  /** Time zone of timestamps without one; `UTC` unless told. */
  readonly timezone?: string | undefined;
  /** What an earlier reader knew: see `LiveReader.snapshot`. */
  readonly from?: LiveReaderState | undefined;
}

/** What a reader must know to go on: plain JSON. */
export interface LiveReaderState {
  readonly kinds: readonly KindState[];
}

interface KindState {
  readonly kind: Kind;
  /** Lines that its format was found from. */
  readonly sample: readonly string[];
  /** Lines that records may still be made of, since a moment when there were none, and the records they gave. */
  readonly held: readonly string[];
  readonly given: number;
  readonly reference: number;
}

/** Reads the lines of one source as they come. */
export interface LiveReader {
  /** Records of some lines. Formats that join lines may give a record later than its first line. */
  read(lines: LiveLines): RecordBatch;
  /** Formats of its lines, and why they were chosen. */
  readonly format: string;
  readonly reason: string;
  /** Totals. */
  readonly malformed: number;
  readonly withoutTime: number;
  snapshot(): LiveReaderState;
}

/**
 * A reader of one source whose lines need not be of one format: lines that begin with
 * a brace, with the priority of RFC 5424, with that of RFC 3164, and all others are told
 * apart, and each of these kinds has the format that fits its first lines best.
 */
export function createLiveReader(source: number, options: LiveReadOptions = {}): LiveReader {
  const names = createBatchNames();
  const arena = createArena();
  const row = createRow();
  const totals = { malformed: 0, withoutTime: 0 };
  const kinds = new Map<Kind, KindReader>();

  const openKind = (kind: Kind, sample: string[], reference: number): KindReader => {
    const { format, detection, parser } = chooseFormat(sampleOf(sample), { format: options.format });
    const open = (): LineParser =>
      parser({ clock: createClock({ timezone: options.timezone ?? 'UTC', reference }), names });
    return {
      ...{ kind, sample, reference, held: [], given: 0 },
      ...{ name: format.name, reason: detection.reason, confidence: detection.confidence, parser: open() },
    };
  };
  /** The reader of a kind of line; while its format is in doubt more lines may change it. */
  const readerOf = (kind: Kind, text: () => string, received: number): KindReader => {
    const known = kinds.get(kind);
    if (known && (known.sample.length >= SAMPLE || known.confidence >= CERTAIN)) return known;
    const sample = [...(known?.sample ?? []), text()];
    // Doubled samples: detection is not made for each line anew.
    const due = known === undefined || (sample.length & (sample.length - 1)) === 0 || sample.length === SAMPLE;
    const next = due ? openKind(kind, sample, known?.reference ?? received) : { ...known, sample };
    const kept =
      known && next.name === known.name ? Object.assign(known, { sample, confidence: next.confidence }) : next;
    kinds.set(kind, kept);
    return kept;
  };

  for (const { kind, sample, held, given, reference } of options.from?.kinds ?? []) {
    const reader = openKind(kind, [...sample], reference);
    names.beginBatch();
    for (const line of held) parseInto(reader, encodeUtf8(line), row);
    for (let n = 0; n < given; n++) if (!reader.parser.next?.(row, false)) break;
    Object.assign(reader, { held: [...held], given });
    kinds.set(kind, reader);
  }

  return {
    read: (lines) => {
      const { bytes, count, starts, ends } = lines;
      names.beginBatch();
      let columns = createColumns(count + SPARE_ROWS);
      const entities = { offsets: [0], kinds: [] as EntityKind[], values: [] as number[] };
      let n = 0;
      const put = (received: number): void => {
        if (n === columns.time.length) columns = wider(columns);
        if (!row.wellFormed) totals.malformed++;
        if (Number.isNaN(row.time)) totals.withoutTime++;
        columns.time[n] = plausible(row.time, received);
        columns.level[n] = row.level;
        columns.host[n] = row.host;
        columns.app[n] = row.app;
        columns.pid[n] = row.pid;
        columns.line[n] = row.line;
        columns.offset[n] = row.offset;
        columns.length[n] = Math.min(row.length, 0x7fffffff);
        columns.repeat[n] = row.repeat;
        const inArena = row.text !== null;
        const at = inArena ? bytes.length + arena.add(row.text ?? bytes, row.start, row.end) : row.start;
        columns.start[n] = at;
        columns.end[n] = at + row.end - row.start;
        for (let e = 0; e < row.entities; e++) {
          entities.kinds.push(row.entityKinds[e] ?? 'host');
          entities.values.push(names.text(row.entityValues[e] ?? ''));
        }
        entities.offsets.push(entities.values.length);
        n++;
      };
      for (let i = 0; i < count; i++) {
        const start = starts[i]!;
        const end = ends[i]!;
        if (end === start) continue;
        const received = lines.received[i]!;
        const text = (): string => decodeUtf8(bytes, start, end);
        const reader = readerOf(kindOf(bytes, start, end), text, received);
        resetRow(row, start, end);
        row.line = lines.firstLine + i;
        row.offset = lines.offsets[i]!;
        row.length = lines.lengths[i]!;
        reader.parser.parse(bytes, start, end, row);
        if (row.outcome === 'record') put(received);
        if (reader.parser.next === undefined) continue;
        reader.held.push(text());
        if (reader.held.length > MOST_HELD) reader.held.shift();
        for (resetRow(row, 0, 0); reader.parser.next(row, false); resetRow(row, 0, 0)) {
          reader.given++;
          put(received);
        }
      }
      const batch = {
        ...sliceColumns(columns, 0, n),
        ...{ count: n, bytes: arena.after(bytes), source, strings: names.ofBatch() },
      };
      return entities.values.length === 0
        ? batch
        : { ...batch, entities: { ...entities, offsets: Int32Array.from(entities.offsets) } };
    },
    get format() {
      return [...new Set([...kinds.values()].map(({ name }) => name))].join(', ') || (options.format ?? '');
    },
    get reason() {
      return [...kinds.values()].map(({ name, reason }) => `${name}: ${reason}`).join('; ');
    },
    get malformed() {
      return totals.malformed;
    },
    get withoutTime() {
      return totals.withoutTime;
    },
    snapshot: () => ({
      kinds: [...kinds.values()].map(({ kind, sample, held, given, reference }) => ({
        ...{ kind, sample: [...sample], held: [...held], given, reference },
      })),
    }),
  };
}

// --- internal ---

/** What lines are told apart by. */
type Kind = 'json' | 'rfc5424' | 'rfc3164' | 'other';

interface KindReader {
  readonly kind: Kind;
  sample: string[];
  readonly reference: number;
  held: string[];
  given: number;
  readonly name: string;
  readonly reason: string;
  confidence: number;
  readonly parser: LineParser;
}

/** Lines from which a format is found at most, and the confidence that is enough before. */
const SAMPLE = 64;
const CERTAIN = 0.95;
/** Lines of joining formats that are kept for a restart. */
const MOST_HELD = 1000;
/** Records that joining formats may give beyond the number of lines. */
const SPARE_ROWS = 64;
const DAY = 86_400_000;

/** A time that is later than the line itself is the sender's clock gone wrong. */
function plausible(time: number, received: number): number {
  return time > received + DAY ? Number.NaN : time;
}

function kindOf(bytes: Uint8Array, start: number, end: number): Kind {
  const first = bytes[start];
  if (first === 0x7b) return 'json';
  if (first !== 0x3c) return 'other';
  for (let at = start + 1; at < Math.min(end, start + 5); at++) {
    if (bytes[at] !== 0x3e) continue;
    return bytes[at + 1] === 0x31 && bytes[at + 2] === 0x20 ? 'rfc5424' : 'rfc3164';
  }
  return 'other';
}

function sampleOf(lines: readonly string[]): SampleLines {
  const starts: number[] = [];
  const ends: number[] = [];
  const parts = lines.map(encodeUtf8);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, 0)).fill(0x0a);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    starts.push(at);
    ends.push(at + part.length);
    at += part.length + 1;
  }
  return { bytes, starts, ends };
}

function parseInto({ parser }: KindReader, bytes: Uint8Array, row: Row): void {
  resetRow(row, 0, bytes.length);
  parser.parse(bytes, 0, bytes.length, row);
}

function wider(columns: Columns): Columns {
  const next = createColumns(columns.time.length * 2);
  for (const name of Object.keys(columns) as (keyof Columns)[]) next[name].set(columns[name]);
  return next;
}
