import type { LiveLines } from '../read/index.ts';
import type { StoredRecord } from '../store/index.ts';
import { encodeUtf8 } from '../util/utf8.ts';

/** Records as the lines that they were, the first with this number. */
export function linesOfRecords(records: readonly StoredRecord[], firstLine: number): LiveLines {
  const parts = records.map(({ raw, text }) => raw ?? encodeUtf8(text));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, 0)).fill(0x0a);
  const starts = new Int32Array(parts.length);
  const ends = new Int32Array(parts.length);
  let at = 0;
  parts.forEach((part, i) => {
    bytes.set(part, at);
    starts[i] = at;
    ends[i] = at + part.length;
    at += part.length + 1;
  });
  return {
    ...{ bytes, starts, ends, firstLine, count: parts.length },
    lengths: Float64Array.from(parts, (part) => part.length),
    offsets: Float64Array.from(records, ({ sequence }) => sequence),
    received: Float64Array.from(records, ({ received }) => received),
  };
}
