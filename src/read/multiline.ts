import { decodeUtf8 } from '../util/utf8.ts';
import type { LineParser, Row } from './formats/format.ts';
import { LINE_LIMIT } from './lines.ts';
import { RECORD_LINES } from './read-report.ts';

/**
 * Joins lines to records: a line that matches `begins` begins one, the lines after it
 * belong to it, such as a stack trace. Lines before the first such line are records of
 * their own. A record has at most 1,000 lines and 1 MiB; what comes after that begins
 * the next, and `onCut` is told its line.
 */
export function createMultiline(inner: LineParser, begins: RegExp, onCut: (line: number) => void): LineParser {
  const pending = createRecord();
  const complete = createRecord();
  let started = false;

  const begin = (bytes: Uint8Array, start: number, end: number, out: Row): void => {
    swap(pending, complete);
    pending.used = 0;
    pending.line = out.line;
    pending.offset = out.offset;
    pending.lines = 0;
    append(pending, bytes, start, end, out);
  };

  return {
    parse: (bytes, start, end, out) => {
      const first = begins.test(decodeUtf8(bytes, start, Math.min(end, start + LONGEST_TEST)));
      started ||= first;
      out.outcome = 'held';
      if (first || !started || pending.lines === 0) begin(bytes, start, end, out);
      else if (pending.lines >= RECORD_LINES || pending.used + end - start + 1 > LINE_LIMIT) {
        onCut(out.line);
        begin(bytes, start, end, out);
      } else append(pending, bytes, start, end, out);
    },
    next: (out, atEnd) => {
      if (complete.lines === 0 && atEnd) swap(pending, complete);
      if (complete.lines === 0) return false;
      const { bytes, used, line, offset, length, lines } = complete;
      complete.lines = 0;
      out.line = line;
      out.offset = offset;
      out.length = length;
      out.lines = lines;
      out.text = bytes;
      out.start = 0;
      out.end = used;
      inner.parse(bytes, 0, used, out);
      return true;
    },
  };
}

// --- internal ---

/** Bytes of a line that decide whether it begins a record. */
const LONGEST_TEST = 1024;
const LF = 0x0a;

interface JoinedRecord {
  bytes: Uint8Array;
  used: number;
  line: number;
  offset: number;
  /** Bytes of the stream from its first to its last line. */
  length: number;
  lines: number;
}

function createRecord(): JoinedRecord {
  return { bytes: new Uint8Array(4096), used: 0, line: 0, offset: 0, length: 0, lines: 0 };
}

function swap(a: JoinedRecord, b: JoinedRecord): void {
  const kept = { ...a };
  Object.assign(a, b);
  Object.assign(b, kept);
}

function append(record: JoinedRecord, bytes: Uint8Array, start: number, end: number, { offset, length }: Row): void {
  const gap = record.lines === 0 ? 0 : 1;
  const needed = record.used + gap + end - start;
  if (needed > record.bytes.length) {
    const wider = new Uint8Array(needed * 2);
    wider.set(record.bytes.subarray(0, record.used));
    record.bytes = wider;
  }
  if (gap === 1) record.bytes[record.used] = LF;
  record.bytes.set(bytes.subarray(start, end), record.used + gap);
  record.used = needed;
  record.length = offset + length - record.offset;
  record.lines++;
}
