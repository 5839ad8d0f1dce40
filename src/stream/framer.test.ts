import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlockBuilder } from './block-builder.ts';
import { createCounts } from './counts.ts';
import { createFramer, type Framing } from './framer.ts';
import { lineSink } from './line-sink.ts';

const bounds = { lineLimit: 100, frameLimit: 10_000 };

/** Frames chunks and gives the lines as text, with their lengths. */
function frame(framing: Framing, chunks: readonly (string | Uint8Array)[], limits = bounds) {
  const counts = createCounts();
  const builder = createBlockBuilder(counts);
  const sink = lineSink(builder, counts);
  const framer = createFramer(framing, limits, sink);
  let fault: string | undefined;
  for (const chunk of chunks) fault ??= framer.push(Buffer.from(chunk));
  framer.end();
  const { bytes, starts, ends, lengths, offsets, count } = builder.take();
  const lines = Array.from({ length: count }, (_, i) => Buffer.from(bytes.subarray(starts[i], ends[i])).toString());
  return { lines, fault, lengths: [...lengths], offsets: [...offsets], counts };
}

const counted = (message: string): string => `${Buffer.byteLength(message)} ${message}`;

/** A stream cut where it must hurt. */
function pieces(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return places.slice(1).map((end, i) => stream.subarray(places[i], end));
}

describe('framing', () => {
  it('cuts counted messages (RFC 6587), also those with line breaks', () => {
    const { lines, counts } = frame('auto', [counted('<34>1 - - one') + counted('<34>1 - - a\nb') + counted('<1>c\n')]);
    expect(lines).toEqual(['<34>1 - - one', '<34>1 - - a b', '<1>c']);
    expect(counts.foldedLines).toBe(1);
  });

  it('takes both framings from one sender, and line ends behind counted messages', () => {
    const { lines } = frame('auto', [
      `<1>line\n${counted('<2>counted')}\n${counted('<3>counted')}\r\n<4>line\r\n2024 was a line\n`,
    ]);
    expect(lines).toEqual(['<1>line', '<2>counted', '<3>counted', '<4>line', '2024 was a line']);
  });

  it.each([
    ['999999999 <1>x', 'auto', 'oversized'],
    ['10001 <1>x', 'auto', 'oversized'],
    ['12345678901234567 <1>x', 'octet-counting', 'oversized'],
    ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'octet-counting', 'garbage'],
    ['0 <1>x', 'octet-counting', 'garbage'],
    ['12<1>x', 'octet-counting', 'garbage'],
  ] as const)('does not believe %j (%s), and keeps it as one line', (stream, framing, fault) => {
    const found = frame(framing, [`${counted('<1>good')}${stream}`]);
    expect(found.fault).toBe(fault);
    expect(found.lines).toEqual(['<1>good', stream.replace(/\r?\n$/, '').replace(/[\r\n]/g, ' ')]);
    expect(found.counts.partialLines).toBe(1);
  });

  it('keeps of a counted message what the bound allows, and goes on behind it', () => {
    const { lines, lengths } = frame('auto', [counted(`<1>${'x'.repeat(5000)}`), counted('<2>next')]);
    expect(lines).toEqual([`<1>${'x'.repeat(97)}`, '<2>next']);
    expect(lengths).toEqual([5003, 7]);
  });

  it.each(['<1>no end', '25 <1>cut', '25', '3 '])('keeps the beginning %j of a frame that does not come', (stream) => {
    const { lines, counts } = frame('auto', [stream]);
    expect(lines).toEqual([stream.replace(/^25 /, '')]);
    expect(counts.partialLines).toBe(1);
  });

  it('gives the same lines however the stream is cut', () => {
    const message = fc.string({ unit: fc.constantFrom('a', 'é', '<', '7', ' ', '\r', '😀'), maxLength: 150 });
    const part = fc.oneof(
      message.map((text) => Buffer.from(`<1>${text}\n`)),
      message.map((text) => Buffer.from(counted(`<1>${text}`))),
      fc.constantFrom('\r\n', '1234 things\n', '17 ', '9').map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 8 }), (parts, cuts) => {
        const stream = Buffer.concat(parts);
        expect(frame('auto', pieces(stream, cuts))).toEqual(frame('auto', [stream]));
      }),
    );
  });

  it('gives lines as splitting the whole text would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '8', 'é', ' '), maxLength: 400 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 8 }), (content, cuts) => {
        const wide = { lineLimit: 1000, frameLimit: 0 };
        const { lines, offsets } = frame('newline', pieces(Buffer.from(content), cuts), wide);
        const expected = content.split('\n');
        const last = expected.pop() ?? '';
        const whole = expected.map((line) => line.replace(/\r$/, ''));
        expect(lines).toEqual(last === '' ? whole : [...whole, last]);
        let at = 0;
        for (const [i, line] of [...expected, last].entries()) {
          if (i < offsets.length) expect(offsets[i]).toBe(at);
          at += Buffer.byteLength(line) + 1;
        }
      }),
    );
  });
});
