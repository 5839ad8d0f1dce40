import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { caracal, expectCounted, type JsonLine, type Run, TINY } from './support/cli.ts';
import { expectRawLines, unpacked } from './support/raw-lines.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { path, write } = workspace();
const company = path('company');
const logs = join(company, 'logs');
const flags = [...TINY, '--seed', '3', '--json'];
let whole: Run;

beforeAll(async () => {
  const simulated = await caracal(['simulate', '--out', company, '--days', '2', '--scale', '0.1', '--seed', '3']);
  expect(simulated.code).toBe(0);
  whole = await caracal(['scan', logs, ...flags]);
});

const results = (run: Run): JsonLine[] => run.json().filter(({ type }) => ['window', 'lead', 'alert'].includes(type));

describe('scan --json', () => {
  it('gives windows, leads and alerts in that order, each in rank order, and the summary last', () => {
    expect(expectCounted(whole)).toEqual([]);
    const order = ['window', 'lead', 'alert', 'warning', 'summary'];
    const places = whole.json().map(({ type }) => order.indexOf(type));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    const falling = (values: number[]) => expect(values).toEqual([...values].sort((a, b) => b - a));
    falling(whole.ofType('window').map(({ score }) => score));
    falling(whole.ofType('alert').map(({ priority }) => priority.score));
  });

  it('adds up', () => {
    const lines = readFileSync(join(logs, 'auth.log')).toString().split('\n').length - 1;
    const others = readFileSync(join(logs, 'syslog')).toString().split('\n').length - 1;
    const counts = Object.fromEntries(
      ['window', 'lead', 'alert'].map((type) => [`${type}s`, whole.ofType(type).length]),
    );
    expect(whole.summary()).toMatchObject({ ...counts, lines: lines + others, blankLines: 0, malformedLines: 0 });
    expect(counts.windows).toBeGreaterThan(0);
  });

  it('says of every window when, why and where', () => {
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
    for (const window of [...whole.ofType('window'), ...whole.ofType('lead')]) {
      expect(window).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        start: expect.stringMatching(time),
        end: expect.stringMatching(time),
        score: expect.any(Number),
        reason: expect.stringMatching(/\S/),
        boundaries: { start: expect.any(String), end: expect.any(String) },
        state: expect.stringMatching(/^(open|closed)$/),
        entities: expect.any(Array),
        lines: { source: expect.any(String), first: expect.any(Number), last: expect.any(Number) },
      });
      expect(Date.parse(window.start)).toBeLessThanOrEqual(Date.parse(window.end));
      expect(window.channels.length).toBeGreaterThan(0);
    }
  });

  it('says of every alert what, how urgent and in which window', () => {
    const windows = new Set(whole.ofType('window').map(({ id }) => id));
    for (const alert of whole.ofType('alert')) {
      expect(alert).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        severity: expect.stringMatching(/^(NONE|LOW|MED|HIGH)$/),
        priority: { rank: expect.stringMatching(/^(CRITICAL|HIGH|MEDIUM|LOW|INFO)$/), factors: expect.any(Array) },
        detector: expect.stringMatching(/^(sequence|quantity)$/),
        reason: expect.stringMatching(/\S/),
        count: expect.any(Number),
      });
      if (alert.windowId !== null) expect(windows).toContain(alert.windowId);
    }
  });

  it('gives no id twice', () => {
    const ids = results(whole).map(({ type, id }) => `${type === 'alert'} ${id}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is the same, byte for byte, with the same seed', async () => {
    expect((await caracal(['scan', logs, ...flags])).out).toBe(whole.out);
  });
});

describe('the raw lines of a result', () => {
  it('are those of several files', () => {
    const examples = results(whole).map((result) => expectRawLines(result, unpacked));
    expect(examples.length).toBeGreaterThan(10);
    const sources = new Set(results(whole).map(({ lines }) => lines.source));
    expect(sources).toEqual(new Set([join(logs, 'auth.log'), join(logs, 'syslog')]));
  });

  it('are those of a gzip, a log with CR LF, and standard input', async () => {
    const text = readFileSync(join(logs, 'auth.log'), 'utf8');
    const windowsLog = Buffer.from(text.replaceAll('\n', '\r\n'));
    const year = ['--year', '2025'];
    const packed = write('auth.log.gz', gzipSync(text));
    const runs: [run: Run, bytes: Buffer, source: string][] = [
      [await caracal(['scan', packed, ...flags, ...year]), Buffer.from(text), packed],
      [await caracal(['scan', write('crlf.log', windowsLog), ...flags, ...year]), windowsLog, path('crlf.log')],
      [await caracal(['scan', '-', ...flags, ...year], Buffer.from(text)), Buffer.from(text), '-'],
    ];
    const found = runs.map(([run, bytes, source]) => {
      expectCounted(run);
      expect(results(run).length).toBeGreaterThan(10);
      for (const result of results(run)) {
        expect(result.lines.source).toBe(source);
        expect(expectRawLines(result, () => bytes)).toBeGreaterThan(0);
      }
      // Equals are ranked by their ids, which differ with the source.
      return results(run)
        .map(({ type, start, time, reason }) => `${type} ${start ?? time} ${reason}`)
        .sort();
    });
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });
});

describe('scan --fail-on', () => {
  it('turns findings, and nothing else, into exit code 1', async () => {
    const quiet = write('quiet.log', sshdLines(300).join('\n'));
    expect((await caracal(['scan', logs, ...flags, '--fail-on', 'window'])).code).toBe(1);
    expect(await caracal(['scan', quiet, ...flags, '--fail-on', 'window'])).toMatchObject({ code: 0, err: '' });
  });
});

describe('scan for a person', () => {
  it('shows hostile bytes of a log without sending them', async () => {
    const evil = Array.from(
      { length: 30 },
      (_, i) => `Mar 27 02:1${i % 10}:00 web sshd[${i}]: \x1b]0;owned\x07\x1b[2J\x9b31m\u202e ${i}`,
    );
    const lines = sshdLines(600);
    lines.splice(400, 0, ...evil.map((line) => line.replace('02:1', '06:3')));
    const { code, out, err } = await caracal(['scan', write('evil.log', lines.join('\n')), ...TINY]);
    expect(code).toBe(0);
    expect(out).toContain('\\x1b]0;owned\\x07\\x1b[2J');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(out + err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});
