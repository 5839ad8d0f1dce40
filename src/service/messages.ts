import { createLiveReader } from '../read/index.ts';
import { decodeUtf8, encodeUtf8 } from '../util/utf8.ts';

/** The messages of lines, without their headers; lines of any formats, read by themselves. */
export function messagesOf(lines: readonly string[]): string[] {
  const parts = lines.map((line) => encodeUtf8(line.replaceAll('\n', ' ')));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, 0)).fill(0x0a);
  const starts = new Int32Array(parts.length);
  let at = 0;
  parts.forEach((part, i) => {
    bytes.set(part, at);
    starts[i] = at;
    at += part.length + 1;
  });
  const ends = starts.map((start, i) => start + (parts[i]?.length ?? 0));
  const batch = createLiveReader(0).read({
    ...{ bytes, starts, ends, count: parts.length, firstLine: 1 },
    lengths: Float64Array.from(parts, ({ length }) => length),
    offsets: Float64Array.from(starts),
    received: new Float64Array(parts.length).fill(Date.UTC(2100, 0, 1)),
  });
  const messages = [...lines];
  for (let row = 0; row < batch.count; row++) {
    messages[batch.line[row]! - 1] = decodeUtf8(batch.bytes, batch.start[row], batch.end[row]);
  }
  return messages;
}
