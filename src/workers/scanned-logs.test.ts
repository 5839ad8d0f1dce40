import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../test/support/requirements.ts';
import { createDrain, type DrainOptions } from '../parse/index.ts';
import { openLogs, type ReadOptions } from '../read/index.ts';
import type { EventColumns, RecordBatch } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { startScanThreads } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'caracal-workers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Template, place and names of each event. */
function rowsOf(batch: RecordBatch, events: EventColumns): unknown[] {
  const { template, time, line, offset, length, host, app, source } = events;
  const name = (id: number | undefined): string => batch.strings.value(id ?? -1);
  return Array.from(template, (number, row) => [
    ...[number, time[row], line[row], offset[row], length[row], source[row]],
    ...[name(host[row]), name(app[row])],
  ]);
}

/** What one thread makes of logs. */
async function alone(paths: readonly string[], options: Partial<DrainOptions> = {}, reading?: ReadOptions) {
  const reader = await openLogs(paths, reading);
  const parser = createDrain({ ...options, entities: false });
  const rows: unknown[] = [];
  for await (const batch of reader.batches()) rows.push(...rowsOf(batch, parser.parse(batch)));
  return { rows, templates: parser.templates(), report: reader.report() };
}

/** What several threads make of them; `found` says how many messages were scanned before they were parsed. */
async function together(
  paths: readonly string[],
  options: Partial<DrainOptions> = {},
  reading?: ReadOptions,
  others = 1,
) {
  const parser = createDrain({ ...options, entities: false });
  const threads = startScanThreads(others);
  try {
    const logs = await threads.open(paths, reading, parser.program);
    await threads.ready();
    const rows: unknown[] = [];
    found = 0;
    for await (const { batch, scanned } of logs.batches()) {
      if (scanned) found += batch.count;
      rows.push(...rowsOf(batch, parser.parse(batch, scanned)));
    }
    return { rows, templates: parser.templates(), report: logs.report() };
  } finally {
    await threads.close();
  }
}
let found = 0;

describe('logs that other threads scan', () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => {
    const time = new Date(Date.UTC(2024, 0, 1) + i * 1000).toISOString();
    const who = (i * 7919).toString(36).replaceAll(/\d/g, '');
    return `${time} host${i % 3} sshd[${i % 977}]: ${i % 5 === 0 ? `Accepted password for ${who}` : `job ${i} of ${who} took ${i % 91} ms`}`;
  });
  const text = `${lines.join('\n')}\n`;
  const plain = join(folder, 'plain.log');
  const packed = join(folder, 'packed.log.gz');
  writeFileSync(plain, text);
  writeFileSync(packed, gzipSync(text.replaceAll('2024', '2023')));

  it.each([1, 2])('come out as in one thread, with %i others', async (others) => {
    const alike = await alone([plain]);
    expect(await together([plain], {}, {}, others)).toEqual(alike);
    expect(found).toBeGreaterThan(0);
  });

  it('come out as in one thread where they are packed, and nobody else finds their lines', async () => {
    const paths = [plain, packed];
    expect(await together(paths)).toEqual(await alone(paths));
    expect(await together([packed])).toEqual(await alone([packed]));
    expect(found).toBe(0);
  });

  it('come out as in one thread where files are interleaved by time', async () => {
    const paths = [0, 1, 2].map((part) => {
      const path = join(folder, `part${part}.log`);
      // One in turn with another, the third in long stretches.
      const mine = lines.filter((_, i) => (i % 9000 < 6000 ? i % 2 : 2) === part);
      writeFileSync(path, mine.join('\n'));
      return path;
    });
    expect(await together(paths)).toEqual(await alone(paths));
  });

  it('come out as in one thread where nearly every shape is new', async () => {
    const path = join(folder, 'new.log');
    const rng = createRng(1);
    const word = (): string => Array.from({ length: 6 }, () => String.fromCharCode(97 + rng.int(26))).join('');
    writeFileSync(path, Array.from({ length: 20_000 }, () => `${word()} ${word()} ${rng.int(9)} ${word()}`).join('\n'));
    const options = { maxClusters: 50 };
    expect(await together([path], options)).toEqual(await alone([path], options));
  });

  it('keep their names, wherever these stand in a record, also where tables of names are forgotten', async () => {
    const many = join(folder, 'hosts.log');
    const json = join(folder, 'app.ndjson');
    const records = join(folder, 'records.log');
    const at = (i: number): string => new Date(Date.UTC(2024, 0, 1) + i * 1000).toISOString();
    const write = (path: string, count: number, line: (i: number) => string): void =>
      writeFileSync(path, Array.from({ length: count }, (_, i) => line(i)).join('\n'));
    write(many, 40_000, (i) => `${at(i)} h${i} app${i % 20_000}[7]: started`);
    write(json, 9000, (i) =>
      JSON.stringify({ time: at(50_000 + i), host: `j${i % 50}`, user: `u${i % 9}`, message: `user u${i % 9} came` }),
    );
    write(records, 300, (i) => `${at(90 * i)} r${i % 3} app: failed\n  at line ${i}`);
    const paths = [many, json];
    expect(await together(paths)).toEqual(await alone(paths));
    const joined = { recordStart: '^\\d{4}' };
    expect(await together([records], {}, joined)).toEqual(await alone([records], {}, joined));
  });

  it('are scanned with the masks and delimiters of the parser', async () => {
    const options = {
      delimiters: ':=',
      masks: [
        { kind: 'JOB', pattern: '\\d+ of' },
        { kind: 'MS', pattern: '\\d+(?= ms)' },
      ],
    };
    expect(await together([plain], options)).toEqual(await alone([plain], options));
  });

  it('fail as in one thread', async () => {
    const missing = join(folder, 'missing.log');
    await expect(together([missing])).rejects.toMatchObject({
      code: 'E_FILE_MISSING',
      message: expect.stringContaining(missing),
    });
  });

  it('can be left early', async () => {
    const threads = startScanThreads(1);
    const logs = await threads.open([plain], undefined, createDrain().program);
    await threads.ready();
    for await (const { batch } of logs.batches()) {
      expect(batch.count).toBeGreaterThan(0);
      break;
    }
    await threads.close();
  });
});

needs('data')('real logs that another thread scans', () => {
  it('come out as in one thread', async () => {
    const paths = readdirSync(`${dataFolder}/parsing`).map(
      (system) => `${dataFolder}/parsing/${system}/${system}_2k.log`,
    );
    expect(await together(paths)).toEqual(await alone(paths));
  });
});
