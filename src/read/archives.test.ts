import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../util/utf8.ts';
import { openLogs } from './open-logs.ts';
import { readRanges } from './ranges.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caracal-archives-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function read(path: string) {
  const reader = await openLogs([path], { year: 2017 });
  const messages: string[] = [];
  const places: { offset: number; length: number; source: number }[] = [];
  for await (const batch of reader.batches()) {
    for (let i = 0; i < batch.count; i++) {
      messages.push(decodeUtf8(batch.bytes, batch.start[i], batch.end[i]));
      places.push({ offset: batch.offset[i] ?? 0, length: batch.length[i] ?? 0, source: batch.source });
    }
  }
  const warnings = reader
    .report()
    .warnings.map(({ code, file, count }) => [code, file.slice(folder.length + 1), count]);
  return { reader, messages, places, warnings, names: reader.sources.map(({ name }) => name.slice(folder.length + 1)) };
}

const line = (hour: number, what: string): string => `2017-03-27 ${String(hour).padStart(2, '0')}:00:00 ${what}\n`;
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('zip', () => {
  it('gives each of its files as a source, rotated sets in order, packed ones unpacked', async () => {
    const path = write(
      'logs.zip',
      zipOf(
        { name: 'var/', data: '' },
        { name: 'var/app.log', data: line(3, 'third part') },
        { name: 'var/app.log.1', data: line(2, 'second part') },
        { name: 'var/app.log.2.gz', data: gzipSync(line(1, 'first part')) },
        { name: 'empty.log', data: '' },
      ),
    );
    const { messages, names, warnings, places, reader } = await read(path);
    expect(messages).toEqual(['first part', 'second part', 'third part']);
    expect(names).toEqual(['logs.zip!/var/app.log.2.gz', 'logs.zip!/var/app.log.1', 'logs.zip!/var/app.log']);
    expect(warnings).toEqual([['file-skipped', 'logs.zip!/empty.log', 1]]);
    const { source = 0, offset = 0, length = 0 } = places[1] ?? {};
    const [raw] = await readRanges(reader.sources[source]?.name ?? '', [{ offset, length }]);
    expect(raw).toBe(line(2, 'second part').trimEnd());
  });

  it('with paths that climb out has those left out by name', async () => {
    const evil = ['../../etc/cron.d/x', '/etc/passwd', 'a/../../b', 'C:\\x', '..\\y'];
    const entries = evil.map((name) => ({ name, data: line(1, 'evil') }));
    const { messages, warnings } = await read(
      write('evil.zip', zipOf(...entries, { name: 'ok', data: line(1, 'fine') })),
    );
    expect(messages).toEqual(['fine']);
    expect(warnings.map(([kind, file]) => `${kind} ${file}`)).toEqual(
      evil.map((name) => `file-skipped evil.zip!/${name.replaceAll('\\', '/')}`),
    );
    await expect(read(write('only.zip', zipOf(...entries)))).rejects.toThrow(code('E_NO_INPUT'));
  });

  it('that is cut short, damaged or has encrypted files is an error or counted', async () => {
    const good = zipOf({ name: 'a.log', data: line(1, 'x').repeat(500) }, { name: 'b.log', data: line(1, 'y') });
    await expect(read(write('cut.zip', good.subarray(0, good.length - 30)))).rejects.toThrow(code('E_ARCHIVE'));
    const damaged = good.slice();
    damaged.fill(0xff, 40, 60);
    const { messages, warnings } = await read(write('damaged.zip', damaged));
    expect(messages).toEqual(['y']);
    expect(warnings).toEqual([['file-skipped', 'damaged.zip!/a.log', 1]]);
    const locked = zipOf({ name: 'a.log', data: line(1, 'x'), flags: 1 }, { name: 'b.log', data: line(1, 'y') });
    expect((await read(write('locked.zip', locked))).warnings).toEqual([['file-skipped', 'locked.zip!/a.log', 1]]);
  });

  it('that is a bomb is read up to the bound', async () => {
    const size = 300 << 20;
    const packed = deflateRawSync(Buffer.alloc(size, 'a'), { level: 1 });
    const path = write('bomb.zip', zipOf({ name: 'a.log', packed, size }));
    const before = process.memoryUsage().rss;
    const { messages, warnings } = await read(path);
    // Deflate reaches no ratio beyond 1,032, and at its fastest less than half of the bound.
    if (size / packed.length > 500) expect(warnings.map(([kind]) => kind)).toContain('archive-bomb');
    expect(messages.map(({ length }) => length)).toEqual([1 << 20]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
  });
});

describe('zstd', () => {
  const real = Buffer.from(
    'KLUv/WT6CC0HALINIxiALbQBYLEUQYMCDDM4kNDK7p1yOouNewLmpHIhMtI9ZCO7qCaq70u3WXKVfBUszyP+8M5+dmiVN6pSd5Xb' +
      '6n2UrlNxlqPPfrbffOlynslVvn3brWuXrCtZeHR2O1dS3QYUIpDJJCIKyRQMC8LgMZCBZCKDRGQQDsYM5uCYjqGhYEwrsAuugw1Q' +
      'A+g+T6gRMHG+/2/QO5UDEhAY/A3B/w3B/Bfuo6L/meBPIpavB/WjIf0swG8S3hcMI0paoPZVW4bM2bJAJW2BuoLU6UuVrBqS1p4d' +
      'e+bDhDdp++ZewgMgqQLInlQJ',
    'base64',
  );

  it('is unpacked, frame after frame', async () => {
    const { messages } = await read(write('a.zst', Buffer.concat([real, SKIPPABLE, real])));
    expect(messages).toHaveLength(80);
    expect(messages[79]).toBe('line 1521 of a log that was packed with zstd');
  });

  it('that ends early or is damaged is read as far as it goes', async () => {
    const lines = Array.from({ length: 9000 }, (_, i) => line(1, `line ${i}`)).join('');
    const packed = frameOf(Buffer.from(lines));
    const cut = await read(write('cut.zst', packed.subarray(0, packed.length - 5)));
    expect(cut.messages.length).toBeGreaterThan(4000);
    expect(cut.warnings[0]).toEqual(['truncated-archive', 'cut.zst', 1]);
    const junk = await read(write('junk.zst', Buffer.concat([packed, Buffer.from('what is this')])));
    expect(junk.messages).toHaveLength(9000);
    expect(junk.warnings).toEqual([['damaged-archive', 'junk.zst', 1]]);
  });

  it('that is a bomb is read up to the bound in little memory', async () => {
    const blocks = Array.from({ length: 3000 }, (_, i) => blockOf(RUN, 128 * 1024, Buffer.from('a'), i === 2999));
    const before = process.memoryUsage().rss;
    const { messages, warnings } = await read(write('bomb.zst', Buffer.concat([HEAD, ...blocks])));
    expect(messages.map(({ length }) => length)).toEqual([1 << 20]);
    expect(warnings.map(([kind]) => kind)).toEqual(['archive-bomb', 'long-line', 'no-time']);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
  });

  it('that wants a window beyond the bound is refused', async () => {
    const wide = Buffer.concat([MAGIC, Buffer.from([0, 0xa0]), blockOf(RUN, 10, Buffer.from('a'), true)]);
    await expect(read(write('wide.zst', wide))).rejects.toThrow(/128 MiB/);
  });
});

const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Frame header with a window of 2 MiB. */
const HEAD = Buffer.concat([MAGIC, Buffer.from([0, 0x58])]);
const SKIPPABLE = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const RAW = 0;
const RUN = 1;

function blockOf(type: number, size: number, body: Buffer, last: boolean): Buffer {
  const word = Number(last) | (type << 1) | (size << 3);
  return Buffer.concat([Buffer.from([word & 255, (word >> 8) & 255, word >> 16]), body]);
}

/** A zstd frame of blocks that are not compressed. */
function frameOf(data: Buffer): Buffer {
  const blocks: Buffer[] = [HEAD];
  for (let at = 0; at < data.length; at += 65_536) {
    const body = data.subarray(at, at + 65_536);
    blocks.push(blockOf(RAW, body.length, body, at + 65_536 >= data.length));
  }
  return Buffer.concat(blocks);
}

interface TestEntry {
  readonly name: string;
  readonly data?: string | Uint8Array;
  readonly packed?: Uint8Array;
  readonly size?: number;
  readonly flags?: number;
}

/** A zip of deflated files; the checksum is left out, which readers of streams do not look at. */
function zipOf(...entries: readonly TestEntry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data = '', packed, size, flags = 0 } of entries) {
    const raw = Buffer.from(data);
    const body = packed ? Buffer.from(packed) : deflateRawSync(raw);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt16LE(0x4a7b, 8);
    fields.writeUInt32LE(body.length, 14);
    fields.writeUInt32LE(size ?? raw.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), body]);
    const central = Buffer.concat([
      Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
      fields,
      Buffer.alloc(14),
      Buffer.from(name),
    ]);
    central.writeUInt32LE(offset, 42);
    parts.push(local);
    directory.push(central);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
