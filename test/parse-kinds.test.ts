import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parserNames } from '../src/parse/index.ts';
import { caracal, TINY } from './support/cli.ts';
import { sshdLines } from './support/workspace.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const rowsOf = (path: string): Record<string, string>[] =>
  parseCsv(readFileSync(at(path)), { columns: true, record_delimiter: '\n' });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'caracal-test-'));
  const lines = (names: readonly string[]) =>
    names.map((name, i) => `Accepted password for ${name} from 10.0.0.${i} port ${4000 + i} ssh2\n`).join('');
  writeFileSync(at('one.log'), `${lines([...'abcdefghijkl'].map((x) => `${x}da`))}ready, set "go"\nhalt\n`);
  writeFileSync(at('two.log'), `${lines(['zoe'])}disk is full now\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(parserNames)('caracal parse --parser %s', (parser) => {
  it('writes a row per line in order, its templates and its parser', async () => {
    const { code } = await caracal([
      'parse',
      at('one.log'),
      '--format',
      'text',
      '--parser',
      parser,
      '--out',
      at(parser),
    ]);
    expect(code).toBe(0);
    const rows = rowsOf(`${parser}/structured.csv`);
    expect(rows.map(({ Content }) => `${Content}\n`).join('')).toBe(readFileSync(at('one.log'), 'utf8'));
    expect(rows.map(({ LineId }) => LineId)).toEqual(rows.map((_, i) => String(i + 1)));
    expect(rows[3]).toMatchObject({
      EventTemplate: 'Accepted password for <*> from <IP> port <NUM> ssh2',
      ParameterList: '["dda","10.0.0.3","4003"]',
    });
    const templates = new Map(rowsOf(`${parser}/templates.csv`).map((row) => [row.EventId, row]));
    for (const { EventId = '', EventTemplate } of rows)
      expect(templates.get(EventId)?.EventTemplate).toBe(EventTemplate);
    expect([...templates.values()].reduce((sum, { Occurrences }) => sum + Number(Occurrences), 0)).toBe(rows.length);
    const own = parser === 'ft-tree' ? ['ft-tree.fre', 'ft-tree.short', 'ft-tree.template'] : [];
    expect(readdirSync(at(parser)).sort()).toEqual([...own, 'parser.json', 'structured.csv', 'templates.csv']);
  });

  it('writes the same files with two threads', async () => {
    writeFileSync(
      at('long.log'),
      sshdLines(3000)
        .map((line, i) => `${line} k${i % 7}=${i}\n`)
        .join(''),
    );
    const written = async (threads: string): Promise<(readonly [string, string])[]> => {
      const out = at(`${parser}-${threads}`);
      const { code } = await caracal([
        ...['parse', at('long.log'), '--parser', parser, '--delimiters', '=:'],
        ...['--threads', threads, '--out', out],
      ]);
      expect(code).toBe(0);
      return readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')] as const);
    };
    expect(await written('2')).toEqual(await written('1'));
  });

  it('makes the keys that a model learns', async () => {
    writeFileSync(at('sshd.log'), `${sshdLines(90).join('\n')}\n`);
    const model = at(`model-${parser}`);
    const { code, err } = await caracal(['train', at('sshd.log'), '--parser', parser, '--out', model, ...TINY]);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(join(model, 'parser.json'), 'utf8')).parser).toBe(parser);
    expect((await caracal(['detect', at('sshd.log'), '--model-dir', model])).code).toBe(0);
  });
});

it('names the parsers there are', async () => {
  const { code, err } = await caracal(['parse', at('one.log'), '--parser', 'drian']);
  expect(code).toBe(2);
  for (const name of parserNames) expect(err).toContain(name);
});

describe('caracal parse --merge', () => {
  it('merges runs in any order, and again, to the same templates', async () => {
    for (const name of ['one', 'two'])
      await caracal(['parse', at(`${name}.log`), '--format', 'text', '--out', at(name)]);
    const merge = async (out: string, ...runs: string[]): Promise<string> => {
      const { code } = await caracal(['parse', '--merge', ...runs.map(at), '--out', at(out)]);
      expect(code).toBe(0);
      return readFileSync(at(`${out}/templates.csv`), 'utf8') + readFileSync(at(`${out}/aliases.csv`), 'utf8');
    };
    const merged = await merge('both', 'one', 'two');
    expect(await merge('turned', 'two', 'one')).toBe(merged);
    expect(await merge('again', 'both', 'one', 'both')).toBe(merged);
    const accepted = rowsOf('both/templates.csv').find(({ EventTemplate }) => EventTemplate?.startsWith('Accepted'));
    expect(accepted?.Occurrences).toBe('13');
    const zoe = rowsOf('two/templates.csv').find(({ EventTemplate }) => EventTemplate?.includes('zoe'));
    expect(rowsOf('both/aliases.csv')).toEqual([{ OldId: zoe?.EventId, EventId: accepted?.EventId }]);
  });

  it('says what is no run', async () => {
    const { code, err } = await caracal(['parse', '--merge', at('nothing')]);
    expect(code).toBe(2);
    expect(err).toContain('templates.csv');
  });
});
