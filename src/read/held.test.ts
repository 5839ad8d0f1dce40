import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RecordBatch } from '../types.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import { openLogs } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'caracal-held-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything a batch says. */
function contentOf({ count, bytes, start, end, time, line, host, app, strings, source }: RecordBatch): unknown[] {
  return Array.from({ length: count }, (_, row) => [
    ...[source, time[row], line[row], strings.value(host[row] ?? -1), strings.value(app[row] ?? -1)],
    decodeUtf8(bytes, start[row], end[row]),
  ]);
}

const at = (i: number): string => new Date(Date.UTC(2024, 0, 1) + i * 1000).toISOString();
const write = (name: string, lines: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};
const of = (from: number, to: number, step: number): string[] =>
  Array.from({ length: Math.floor((to - from) / step) }, (_, i) => {
    const n = from + i * step;
    return `${at(n)} host${n % 7} app${n % 5}[9]: message ${n} of a line that is long enough to fill blocks ${'x'.repeat(n % 90)}`;
  });

describe('batches that hold for longer', () => {
  const logs: readonly (readonly [string, readonly string[]])[] = [
    ['one file', [write('one.log', of(0, 40_000, 1))]],
    [
      'blank blocks between',
      [
        write(
          'blank.log',
          of(0, 9000, 1).flatMap((line) => [line, ''.padEnd(400, '\n')]),
        ),
      ],
    ],
    ['files one after the other', [0, 1, 2, 3, 4].map((i) => write(`next${i}.log`, of(i * 9000, (i + 1) * 9000, 1)))],
    ['files interleaved', [write('a.log', of(0, 40_000, 2)), write('b.log', of(1, 40_000, 3))]],
    [
      'short lines',
      [
        write(
          'short.log',
          Array.from({ length: 200_000 }, (_, i) => `${i % 10}`),
        ),
      ],
    ],
    [
      'a line longer than a block',
      [write('long.log', [...of(0, 9000, 1), 'y'.repeat(3_000_000), ...of(9000, 15_000, 1)])],
    ],
  ];
  it.each(logs)('stay as they are until so many more were given out: %s', async (_, paths) => {
    for (const held of [1, 2, 5]) {
      const expected: unknown[][] = [];
      for await (const batch of (await openLogs(paths)).batches()) expected.push(contentOf(batch));
      const waiting: RecordBatch[] = [];
      const found: unknown[][] = [];
      for await (const batch of (await openLogs(paths, { transient: true, held })).batches()) {
        waiting.push(batch);
        if (waiting.length === held) found.push(contentOf(waiting.shift()!));
      }
      found.push(...waiting.map(contentOf));
      expect(found.flat()).toEqual(expected.flat());
    }
  });
});

it('a file that becomes shorter while it is read is told of', async () => {
  const path = write('cut.log', of(0, 90_000, 1));
  const reader = await openLogs([path]);
  let records = 0;
  for await (const { count } of reader.batches()) {
    if (records === 0) truncateSync(path, 100_000);
    records += count;
  }
  const { warnings, records: reported } = reader.report();
  expect(reported).toBe(records);
  expect(records).toBeLessThan(90_000);
  expect(warnings.map(({ code }) => code)).toContain('file-cut');
});
