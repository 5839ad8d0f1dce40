import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { JsonLine } from './cli.ts';

/** The decompressed bytes of a log, read once. */
export function unpacked(path: string): Buffer {
  const known = logs.get(path);
  if (known) return known;
  const bytes = readFileSync(path);
  const log = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  logs.set(path, log);
  return log;
}

/**
 * Asserts that every example of a `window`, `lead` or `alert` line is a whole line of
 * its log, at exactly the bytes and the line number it names. Gives how many there were.
 */
export function expectRawLines(result: JsonLine, log: (source: string) => Buffer): number {
  const ranges = [result.lines, ...(result.otherLines ?? [])];
  let examples = 0;
  for (const { source, first, last, examples: shown } of ranges) {
    const bytes = log(source);
    expect(shown.length).toBeGreaterThan(0);
    for (const { line, offset, length, text } of shown) {
      const [at, end] = [Number(offset), Number(offset) + Number(length)];
      expect(new TextDecoder().decode(bytes.subarray(at, end))).toBe(text);
      expect(at === 0 || bytes[at - 1] === 0x0a).toBe(true);
      expect(['', '\n', '\r\n']).toContain(
        bytes
          .subarray(end, end + 2)
          .toString('latin1')
          .replace(/^\n.*/s, '\n'),
      );
      expect(lineNumber(bytes, at)).toBe(line);
      expect(line).toBeGreaterThanOrEqual(first);
      expect(line).toBeLessThanOrEqual(last);
      examples++;
    }
  }
  return examples;
}

// --- internal ---

const logs = new Map<string, Buffer>();
const lineStarts = new WeakMap<Buffer, Map<number, number>>();

function lineNumber(bytes: Buffer, offset: number): number | undefined {
  let starts = lineStarts.get(bytes);
  if (!starts) {
    starts = new Map([[0, 1]]);
    for (let at = bytes.indexOf(0x0a), line = 2; at >= 0; at = bytes.indexOf(0x0a, at + 1)) starts.set(at + 1, line++);
    lineStarts.set(bytes, starts);
  }
  return starts.get(offset);
}
