import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parserNames } from '../parse/index.ts';
import { type StructureOptions, structure } from '../pipeline/index.ts';
import { createRng } from '../util/rng.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import { startRenderThreads } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'caracal-render-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rng = createRng(1);
const word = (): string => Array.from({ length: 4 }, () => String.fromCharCode(97 + rng.int(26))).join('');
const line = (i: number): string => {
  const time = new Date(Date.UTC(2024, 0, 1) + i * 500).toISOString();
  const text = ['job', 'took', `"${i}"`, 'für', `${word()},${word()}`][i % 5];
  return `${time} h${i % 9} app[${i % 999}]: ${i % 50 === 0 ? `${word()} ` : ''}step ${i} ${text} ${'of a long line '.repeat(i % 7)}`;
};
const write = (name: string, count: number, first = 0): string => {
  const path = join(folder, name);
  writeFileSync(path, Array.from({ length: count }, (_, i) => line(first + i)).join('\n'));
  return path;
};
/** The same lines, of which a few bytes in the midst are others. */
function overwrite(): void {
  const bytes = readFileSync(path);
  for (let i = 0, at = bytes.length >> 1; i < 5; at++) if (bytes[at] === 0x6f && ++i > 0) bytes[at] = 0x61;
  writeFileSync(path, bytes);
}
/** Enough for more batches than are handed out at a time. */
const path = write('some.log', 45_000);

async function csvOf(options: Partial<StructureOptions>, between: () => unknown = () => {}): Promise<string> {
  const parsed = await structure([path], { parameters: true, rows: true, ...options });
  try {
    between();
    let csv = '';
    for await (const chunk of parsed.structuredCsv()) csv += decodeUtf8(chunk);
    return csv;
  } finally {
    await parsed.dispose();
  }
}

async function aside(count: number, options: Partial<StructureOptions>, between?: () => unknown): Promise<string> {
  const threads = startRenderThreads(count);
  try {
    return await csvOf({ ...options, render: threads.render }, between);
  } finally {
    await threads.close();
  }
}

describe('rows that several threads render', () => {
  it.each(parserNames)('are those of one thread: %s', async (parser) => {
    const alone = await csvOf({ parser });
    expect(alone.split('\n')).toHaveLength(45_002);
    expect(await aside(1, { parser })).toBe(alone);
  });

  it('are those of one thread where templates gave way, and without parameters', async () => {
    const options = { parsing: { maxClusters: 20 } };
    expect(await aside(2, options)).toBe(await csvOf(options));
    expect(await aside(2, { parameters: false })).toBe(await csvOf({ parameters: false }));
  });

  it('are those of the lines that were parsed, where the log has grown since', async () => {
    const before = await csvOf({});
    const grow = (): void => appendFileSync(path, `\n${line(45_000)}\n${line(45_001)}\n`);
    expect(await aside(1, {}, grow)).toBe(before);
    const longer = await csvOf({});
    expect(await csvOf({}, grow)).toBe(longer);
  });

  it.each([
    ['was cut', 0, () => write('some.log', 20)],
    ['was cut', 1, () => write('some.log', 20)],
    ['is another one', 0, () => write('some.log', 60_000, 7)],
    ['is another one', 1, () => write('some.log', 60_000, 7)],
    ['was overwritten', 0, overwrite],
    ['was overwritten', 1, overwrite],
  ])('end with an error where the log %s, with %i other threads', async (_, others, change) => {
    write('some.log', 45_000);
    await expect(others === 0 ? csvOf({}, change) : aside(others, {}, change)).rejects.toMatchObject({
      code: 'E_FILE_UNREADABLE',
      message: expect.stringContaining('changed'),
    });
  });

  it('end with an error where files that take turns line by line are others', async () => {
    const paths = ['a.log', 'b.log'].map((name) => join(folder, name));
    const put = (more: string): void =>
      paths.forEach((each, file) => {
        const lines = Array.from({ length: 300 }, (_, i) => `${line(2 * i + file)}${i === 7 ? more : ''}`);
        writeFileSync(each, `${lines.join('\n')}\n`);
      });
    put('');
    const parsed = await structure(paths, { parameters: true, rows: true });
    const rows = async (): Promise<number> => {
      let count = 0;
      for await (const chunk of parsed.structuredCsv()) count += decodeUtf8(chunk).split('\n').length - 1;
      return count;
    };
    expect(await rows()).toBe(601);
    put(' and more');
    await expect(rows()).rejects.toMatchObject({ code: 'E_FILE_UNREADABLE' });
    await parsed.dispose();
  });
});
