import { LEVEL_UNKNOWN, type RecordBatch } from '../types.ts';
import { createStringTable } from '../util/tables.ts';
import { encodeUtf8 } from '../util/utf8.ts';

/** For tests: messages as a batch, with a host or program where the test gives one. */
export function batchOf(
  messages: readonly (string | Uint8Array)[],
  header: { host?: string; app?: string; pid?: number } = {},
): RecordBatch {
  const parts = messages.map((message) => (typeof message === 'string' ? encodeUtf8(message) : message));
  const count = parts.length;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, 0)).fill(0x0a);
  const strings = createStringTable();
  const start = new Int32Array(count);
  const end = new Int32Array(count);
  let at = 0;
  parts.forEach((part, i) => {
    bytes.set(part, at);
    start[i] = at;
    end[i] = at + part.length;
    at += part.length + 1;
  });
  const named = (name: string | undefined): Int32Array =>
    new Int32Array(count).fill(name === undefined ? -1 : strings.intern(name));
  return {
    count,
    bytes,
    source: 0,
    time: new Float64Array(count).fill(Number.NaN),
    level: new Uint8Array(count).fill(LEVEL_UNKNOWN),
    host: named(header.host),
    app: named(header.app),
    pid: new Int32Array(count).fill(header.pid ?? -1),
    line: Float64Array.from(parts, (_, i) => i + 1),
    offset: Float64Array.from(start),
    length: Int32Array.from(parts, (part) => part.length),
    start,
    end,
    repeat: new Int32Array(count).fill(1),
    strings,
  };
}
