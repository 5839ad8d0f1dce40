import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../util/utf8.ts';
import { LINE_LIMIT } from './lines.ts';
import { openLogs } from './open-logs.ts';
import { readRanges } from './ranges.ts';
import type { ReadOptions } from './read-options.ts';
import type { ReadReport } from './read-report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caracal-read-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modified = Date.UTC(2017, 3, 20);
function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  utimesSync(path, modified / 1000, modified / 1000);
  return path;
}

interface Line {
  readonly message: string;
  readonly time: string;
  readonly host: string;
  readonly app: string;
  readonly pid: number;
  readonly source: number;
  readonly line: number;
  readonly offset: number;
  readonly length: number;
  readonly repeat: number;
}

async function read(
  paths: string | string[],
  options: ReadOptions = {},
): Promise<{ lines: Line[]; report: ReadReport }> {
  const reader = await openLogs(typeof paths === 'string' ? [paths] : paths, options);
  const lines: Line[] = [];
  for await (const batch of reader.batches()) {
    expect(batch.count).toBeLessThanOrEqual(65_536);
    for (let i = 0; i < batch.count; i++) {
      const at = <T>(column: ArrayLike<T>): T => column[i] as T;
      lines.push({
        message: decodeUtf8(batch.bytes, batch.start[i], batch.end[i]),
        time: Number.isNaN(at(batch.time)) ? '' : new Date(at(batch.time)).toISOString(),
        host: batch.strings.value(at(batch.host)),
        app: batch.strings.value(at(batch.app)),
        pid: at(batch.pid),
        source: batch.source,
        line: at(batch.line),
        offset: at(batch.offset),
        length: at(batch.length),
        repeat: at(batch.repeat),
      });
    }
  }
  const report = reader.report();
  expect(report.records).toBe(lines.length);
  expect(report.records + report.blankLines + report.headerLines + report.continuationLines).toBe(report.lines);
  return { lines, report };
}

const code = (expected: string) => expect.objectContaining({ code: expected });
const warnings = ({ warnings: all }: ReadReport) =>
  all.map(({ code: kind, count, firstLine }) => [kind, count, firstLine]);

const syslog = [
  'Mar 27 13:06:56 web sshd[1291]: Server listening on 0.0.0.0 port 22.',
  'Mar 27 13:08:09 web sudo:   alice : TTY=pts/0 ; USER=root',
  'Mar 27 13:08:10 web CRON[7]: message repeated 3 times: [ (root) CMD (x)]',
];

describe('records', () => {
  it('keep header, message and their place in the stream', async () => {
    const { lines } = await read(write('auth.log', `${syslog.join('\n')}\n`));
    expect(lines.map(({ message }) => message)).toEqual([
      'Server listening on 0.0.0.0 port 22.',
      '  alice : TTY=pts/0 ; USER=root',
      '(root) CMD (x)',
    ]);
    expect(lines.map(({ repeat }) => repeat)).toEqual([1, 1, 3]);
    expect(lines[0]).toMatchObject({
      time: '2017-03-27T13:06:56.000Z',
      host: 'web',
      app: 'sshd',
      pid: 1291,
      line: 1,
      offset: 0,
    });
    expect(lines[1]).toMatchObject({ app: 'sudo', pid: -1, line: 2, offset: (syslog[0] ?? '').length + 1 });
  });

  it.each(['plain', 'gzip'])('lead back to their raw lines in a %s file', async (kind) => {
    const text = `\n${syslog.join('\r\n')}\n\nlast line without an end`;
    const path = write('auth.log', kind === 'gzip' ? gzipSync(text) : text);
    const { lines, report } = await read(path);
    const raw = [...syslog, 'last line without an end'];
    expect(lines.map(({ length }) => length)).toEqual(raw.map((line) => line.length));
    const backwards = [...lines].reverse();
    expect(await readRanges(path, backwards)).toEqual([...raw].reverse());
    expect(report).toMatchObject({ lines: 6, records: 4, blankLines: 2, bytes: text.length });
  });

  it('come out the same when the stream goes on from a position', async () => {
    const path = write('auth.log', gzipSync(`${syslog.join('\n')}\n`));
    const { lines } = await read(path);
    const { offset = 0, line = 0 } = lines[1] ?? {};
    const rest = await read(path, { from: { [path]: { offset, line } } });
    expect(rest.lines).toEqual(lines.slice(1));
  });

  it('are read from more than one batch of bytes and lines', async () => {
    const text = Array.from({ length: 140_000 }, (_, i) => `line ${i} ${'é'.repeat(i % 40)}`).join('\n');
    const { lines, report } = await read(write('big.txt', text), { format: 'text' });
    expect(lines.map(({ message }) => message).join('\n')).toBe(text);
    expect(warnings(report)).toEqual([['no-time', 140_000, 1]]);
  });
});

describe('several files', () => {
  const hour = (h: number, what: string): string => `2017-03-27 ${String(h).padStart(2, '0')}:00:00 ${what}`;

  it('follow one another in time, as rotated sets do', async () => {
    write('app.log', `${hour(5, 'e')}\n${hour(6, 'f')}\n`);
    write('app.log.1', `${hour(3, 'c')}\n${hour(4, 'd')}\n`);
    write('app.log.2.gz', gzipSync(`${hour(1, 'a')}\n${hour(2, 'b')}\n`));
    for (const paths of [[folder], [join(folder, 'app.log*')]]) {
      const { lines } = await read(paths);
      expect(lines.map(({ message }) => message).join('')).toBe('abcdef');
    }
  });

  it('are interleaved by time where they overlap, each in its own order', async () => {
    const one = write('one.log', [hour(1, 'a'), hour(4, 'd'), 'no time', hour(3, 'late'), hour(6, 'f')].join('\n'));
    const two = write('two.log', [hour(2, 'b'), hour(3, 'c'), hour(4, 'D'), hour(5, 'e')].join('\n'));
    const { lines } = await read([one, two]);
    expect(lines.map(({ message }) => message)).toEqual(['a', 'b', 'c', 'd', 'no time', 'late', 'D', 'e', 'f']);
    const other = await read([two, one]);
    expect(other.lines.map(({ message }) => message)).toEqual(['a', 'b', 'c', 'D', 'd', 'no time', 'late', 'e', 'f']);
  });

  it('that name no year keep their order over New Year, in the year of the first', async () => {
    write('sys.log', 'Jan  2 10:00:00 web a: c\n');
    write('sys.log.1', 'Dec 30 10:00:00 web a: a\nJan  1 10:00:00 web a: b\n');
    const { lines } = await read(folder, { year: 2011 });
    expect(lines.map(({ message, time }) => `${message} ${time.slice(0, 10)}`)).toEqual([
      'a 2011-12-30',
      'b 2012-01-01',
      'c 2012-01-02',
    ]);
    expect((await read(folder)).lines[0]?.time).toBe('2016-12-30T10:00:00.000Z');
  });

  it('of 29 February are of a leap year, whatever the file’s own', async () => {
    const leap = (...days: string[]): string =>
      write('leap.log', days.map((day) => `${day} 10:00:00 web cron[1]: on ${day}\n`).join(''));
    const times = async (path: string, options: ReadOptions = {}) => {
      const { lines, report } = await read([path], options);
      return [lines.map(({ time }) => time.slice(0, 10)), report.warnings.map(({ code, count }) => `${code} ${count}`)];
    };
    const warned = ['leap-day 1'];
    expect(await times(leap('Feb 29', 'Mar  1'))).toEqual([['2016-02-29', '2016-03-01'], warned]);
    expect(await times(leap('Feb 28', 'Feb 29', 'Mar  1'))).toEqual([
      ['2016-02-28', '2016-02-29', '2016-03-01'],
      warned,
    ]);
    expect(await times(leap('Dec 31', 'Feb 29'))).toEqual([['2015-12-31', '2016-02-29'], warned]);
    expect(await times(leap('Feb 28', 'Feb 29'), { year: 2012 })).toEqual([['2012-02-28', '2012-02-29'], []]);
    const late = write(
      'late.log',
      `${'Feb 28 10:00:00 web cron[1]: again\n'.repeat(3000)}Feb 29 10:00:00 web cron[1]: on\n`,
    );
    const { report } = await read([late]);
    const warning = report.warnings.find(({ code }) => code === 'leap-day');
    expect(warning?.note).toContain('29 February, which 2017 does not have; give --year');
  });

  it('leave out the truth about simulated logs, and say so', async () => {
    for (const name of ['labels.csv', 'oddities.json', 'phases.json', 'other.txt']) write(`company/${name}`, 'x 1\n');
    write('company/logs/auth.log', 'Mar 27 10:00:00 web sshd[1]: hello\n');
    write('plain/labels.csv', 'x 1\n');
    const { report } = await read([join(folder, 'company'), join(folder, 'plain')]);
    expect(report.files).toBe(3);
    expect(report.warnings.filter(({ code }) => code === 'file-skipped').map(({ file }) => file)).toEqual(
      ['labels.csv', 'oddities.json', 'phases.json'].map((name) => join(folder, 'company', name)),
    );
  });

  it('leave out what is no log in a folder, and say so', async () => {
    write('app.log', hour(1, 'a'));
    write('empty.log', '');
    write('picture.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 0, 1));
    write('.hidden', 'x');
    const { lines, report } = await read(folder);
    expect(lines).toHaveLength(1);
    expect(report.warnings.map(({ code: kind, file }) => `${kind} ${file.slice(folder.length)}`).sort()).toEqual([
      'file-skipped /empty.log',
      'file-skipped /picture.png',
    ]);
  });
});

describe('records of several lines', () => {
  const trace = ['2017-03-27 13:00:00 ERROR it broke', 'java.lang.Error: x', '\tat a.B.c(D.java:1)', ''];
  const after = ['2017-03-27 13:00:01 INFO all is well'];
  const recordStart = '^\\d{4}-';

  it('begin where the pattern matches, and lead back to all their lines', async () => {
    const path = write('app.log', ['a line before', ...trace, ...after].join('\r\n'));
    const { lines, report } = await read(path, { recordStart, format: 'timestamped' });
    expect(lines.map(({ line, message }) => [line, message])).toEqual([
      [1, 'a line before'],
      [2, 'it broke\njava.lang.Error: x\n\tat a.B.c(D.java:1)'],
      [6, 'all is well'],
    ]);
    expect(lines[1]?.time).toBe('2017-03-27T13:00:00.000Z');
    expect(report).toMatchObject({ lines: 6, records: 3, continuationLines: 2, blankLines: 1 });
    const [raw] = await readRanges(path, lines.slice(1, 2));
    expect(raw).toBe(trace.slice(0, 3).join('\r\n'));
  });

  it('are recognised by their first lines', async () => {
    const path = write('app.log', [...trace, ...trace, ...trace, ...after].join('\n'));
    const reader = await openLogs([path], { recordStart });
    expect(reader.sources[0]).toMatchObject({ format: 'timestamped', detection: { confidence: 0.8 } });
  });

  it('have a bound, beyond which a new record begins and is counted', async () => {
    const path = write('app.log', [...after, ...Array.from({ length: 2500 }, () => 'more'), ...after].join('\n'));
    const { lines, report } = await read(path, { recordStart, format: 'text' });
    expect(lines.map(({ line }) => line)).toEqual([1, 1001, 2001, 2502]);
    expect(warnings(report)).toContainEqual(['record-cut', 2, 1001]);
    const wide = write('wide.log', [...after, 'x'.repeat(LINE_LIMIT - 10), 'y', ...after].join('\n'));
    expect((await read(wide, { recordStart, format: 'text' })).lines.map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  it('need a regular expression, and a format whose records have one line each', async () => {
    const path = write('app.log', after.join('\n'));
    const audit = write('audit.log', 'type=LOGIN msg=audit(1490619600.1:7): pid=1');
    await expect(openLogs([audit], { recordStart })).rejects.toThrow(code('E_USAGE'));
    await expect(openLogs([path], { recordStart: '(' })).rejects.toThrow(code('E_USAGE'));
  });
});

describe('event CSV', () => {
  it('comes in order of time, whatever the order of its rows', async () => {
    const rows = Array.from(
      { length: 70_000 },
      (_, i) => `${1490619600 + ((i * 7919) % 70_000)},e${i % 3},10.0.0.${i % 9}`,
    );
    const path = write('events.csv', `time,name,ip\n${rows.join('\n')}\n`);
    const { lines, report } = await read(path);
    expect(report).toMatchObject({ lines: 70_001, headerLines: 1, records: 70_000, warnings: [] });
    const times = lines.map(({ time }) => time);
    expect(times).toEqual([...times].sort());
    const first = lines[1];
    expect(first && (await readRanges(path, [first]))).toEqual([rows[(first?.line ?? 0) - 2]]);
    expect(lines.every(({ message, line }) => message === `e${(line - 2) % 3}`)).toBe(true);
  });

  it('refuses columns that it has not', async () => {
    const path = write('events.csv', 'time,name\n1490619600,x\n');
    const wrong = openLogs([path], { fields: { key: 'nmae' }, format: 'event-csv' });
    await expect(wrong).rejects.toThrow(/nmae.*time, name/);
  });
});

describe('bad input', () => {
  it('that is missing, empty, binary or packed some other way is refused with its name', async () => {
    await expect(openLogs([join(folder, 'none.log')])).rejects.toThrow(code('E_FILE_MISSING'));
    await expect(openLogs([join(folder, '*.log')])).rejects.toThrow(code('E_FILE_MISSING'));
    await expect(openLogs([folder])).rejects.toThrow(code('E_NO_INPUT'));
    await expect(openLogs([])).rejects.toThrow(code('E_NO_INPUT'));
    await expect(openLogs([write('empty.log', '')])).rejects.toThrow(code('E_NO_INPUT'));
    await expect(openLogs([write('blank.log', '\n\r\n\n')])).rejects.toThrow(code('E_NO_INPUT'));
    await expect(openLogs([write('empty.gz', gzipSync(''))])).rejects.toThrow(code('E_NO_INPUT'));
    const elf = new Uint8Array(4096);
    elf.set([0x7f, 0x45, 0x4c, 0x46]);
    await expect(openLogs([write('elf', elf)])).rejects.toThrow(code('E_BINARY_INPUT'));
    await expect(openLogs([write('packed.gz', gzipSync(elf))])).rejects.toThrow(code('E_BINARY_INPUT'));
    await expect(openLogs([write('wide.log', Buffer.from('\ufeffhi\n', 'utf16le'))])).rejects.toThrow(/UTF-16/);
    const tar = Buffer.alloc(1024);
    tar.write('ustar', 257);
    await expect(openLogs([write('logs.tar.gz', gzipSync(tar))])).rejects.toThrow(/is a tar archive. Unpack it first/);
    mkdirSync(join(folder, 'tars'));
    write('tars/logs.tar', tar);
    await expect(openLogs([join(folder, 'tars')])).rejects.toThrow(/the folder\)\. Name files/);
    await expect(openLogs([write('x.bz2', Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0, 0))])).rejects.toThrow(/bzip2/);
    await expect(openLogs([write('x.zst', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0))])).rejects.toThrow(
      code('E_ARCHIVE'),
    );
    await expect(openLogs([write('junk.gz', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3))])).rejects.toThrow(
      code('E_ARCHIVE'),
    );
    const log = write('x.log', 'x');
    await expect(openLogs([log], { format: 'nonsense' })).rejects.toThrow(code('E_FORMAT_UNKNOWN'));
    await expect(openLogs([log], { timezone: 'Mars/Olympus' })).rejects.toThrow(code('E_USAGE'));
    await expect(readRanges(log, [{ offset: 0, length: 5 }])).rejects.toThrow(code('E_FORMAT_INVALID'));
  });

  it('of one line is enough', async () => {
    expect((await read(write('one.log', 'just this'))).lines).toMatchObject([{ message: 'just this', line: 1 }]);
  });

  it('with a 100 MB line keeps its beginning, and the lines around it', async () => {
    const long = 'x'.repeat(100_000_000);
    const path = write('long.log', `before\n${long}\r\nafter\n${'y'.repeat(LINE_LIMIT + 1)}`);
    const { lines, report } = await read(path, { format: 'text' });
    expect(lines.map(({ length, line }) => [length, line])).toEqual([
      [6, 1],
      [long.length, 2],
      [5, 3],
      [LINE_LIMIT + 1, 4],
    ]);
    expect(lines.map(({ message }) => message.length)).toEqual([6, LINE_LIMIT, 5, LINE_LIMIT]);
    expect(lines[2]?.message).toBe('after');
    expect(warnings(report)).toEqual([
      ['no-time', 4, 1],
      ['long-line', 2, 2],
    ]);
    expect(report.bytes).toBe(long.length + LINE_LIMIT + 1 + 'before\n\r\nafter\n'.length);
    expect(await readRanges(path, lines.slice(2, 3))).toEqual(['after']);
  });

  it('with bytes that are no text is kept and counted', async () => {
    const path = write('odd.log', Buffer.from('\ufeffgood\nbad \xff\xfe\nnul \0 here\nü\n', 'latin1').fill(0xef, 0, 1));
    const { lines, report } = await read(path, { format: 'text' });
    expect(lines).toHaveLength(4);
    expect(lines[2]?.message).toBe('nul \0 here');
    expect(warnings(report)).toContainEqual(['nul-bytes', 1, 3]);
    expect(report.warnings.find(({ code: kind }) => kind === 'invalid-utf8')?.count).toBeGreaterThanOrEqual(2);
  });

  it('begins after a byte order mark', async () => {
    const { lines } = await read(write('bom.log', `\ufeff${syslog[0]}\n`));
    expect(lines[0]).toMatchObject({ app: 'sshd', offset: 0 });
  });

  it('that ends early or is damaged is read as far as it goes', async () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `2017-03-27 13:00:00 line ${Math.imul(i, 2654435761)}`).join(
      '\n',
    );
    const packed = gzipSync(text);
    const cut = await read(write('cut.gz', packed.subarray(0, packed.length / 2)));
    expect(cut.lines.length).toBeGreaterThan(20_000);
    expect(cut.lines.length).toBeLessThan(30_000);
    expect(warnings(cut.report)).toContainEqual(['truncated-archive', 1, 0]);
    expect(
      text.startsWith(
        cut.lines
          .slice(0, -1)
          .map(({ message }) => `2017-03-27 13:00:00 ${message}`)
          .join('\n'),
      ),
    ).toBe(true);
    const broken = packed.slice();
    broken.fill(0xff, packed.length / 2, packed.length / 2 + 40);
    const damaged = await read(write('damaged.gz', broken));
    expect(damaged.report.warnings.map((warning) => warning.code)).toContain('damaged-archive');
  });

  it('without time, or with time running backwards or ahead, is counted', async () => {
    const lines = [...syslog, 'no header here', 'Mar 27 13:00:00 web a: back', 'Apr 22 13:00:00 web a: ahead'];
    const { report, lines: kept } = await read(write('auth.log', lines.join('\n')), { year: 2017 });
    expect(warnings(report)).toEqual([
      ['malformed-line', 1, 4],
      ['no-time', 1, 4],
      ['time-backwards', 1, 5],
      ['time-in-future', 1, 6],
    ]);
    expect(kept[3]).toMatchObject({ message: 'no header here', time: '', host: '', app: '' });
  });
});
