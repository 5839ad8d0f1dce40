import { mkdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../src/util/rng.ts';
import { caracal, expectCounted, expectRefused, TINY } from './support/cli.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { path, write, directory } = workspace();
const log = sshdLines(300);
const good = write('good.log', `${log.join('\n')}\n`);
const trained = path('trained');
beforeAll(async () => {
  expect(await caracal(['train', good, '--out', trained, ...TINY])).toMatchObject({ code: 0 });
});

/** Every verb that reads logs, with what else it needs. */
const verbs: [verb: string, ...more: string[]][] = [
  ['scan', ...TINY],
  ['parse'],
  ['doctor'],
  ['train', '--out', path('model'), ...TINY],
  ['detect', '--model-dir', trained],
];
/** The same where any number of lines will do. */
const verbsForFew = verbs.filter(([verb]) => verb !== 'scan');

describe.each(verbs)('%s', (verb, ...more) => {
  const run = (file: string) => caracal([verb, file, ...more]);

  it('refuses a file that does not exist', async () => {
    expectRefused(await run(path('missing.log')), 'missing.log does not exist', 'Check the path');
  });

  it('refuses a folder without logs', async () => {
    expectRefused(await run(directory('empty')), 'empty holds no files', 'Name a folder with logs');
    mkdirSync(path('only-binary'), { recursive: true });
    write('only-binary/core', Buffer.alloc(4096));
    expectRefused(await run(path('only-binary')), 'holds log lines', 'Name files with text');
  });

  it.each([
    ['of zeros', Buffer.alloc(4096)],
    ['of noise, such as an encrypted file', noise(50_000)],
    ['of noise that is short', noise(700)],
  ])('refuses a binary file %s', async (_, bytes) => {
    expectRefused(await run(write('core.bin', bytes)), 'core.bin', /binary/, /Name|Give/);
  });

  it('refuses an empty file, and one of blank lines', async () => {
    expectRefused(await run(write('empty.log', '')), 'empty.log is empty', 'Name a file');
    expectRefused(await run(write('blank.log', '\n\r\n\n')), 'blank.log', 'Name a file');
  });

  it('refuses an unknown flag and says which was meant', async () => {
    expectRefused(await caracal([verb, good, ...more, '--formta', 'text']), '--formta', 'Did you mean --format?');
  });

  it('counts everything that is not as it should be', async () => {
    const odd = [...log];
    odd[10] = `${odd[10]}\0`;
    odd[20] = `${odd[20]} \xff\xfe`;
    odd[30] = 'no time in this line';
    odd[40] = log[5] ?? '';
    odd.splice(50, 0, '', '');
    const file = write('odd.log', Buffer.from(`${odd.join('\r\n')}\r\n`, 'latin1'));
    const result = await caracal([verb, file, ...more, '--json']);
    expect(expectCounted(result).sort()).toEqual([
      ['blank-line', 2, 51],
      ['invalid-utf8', 1, 21],
      ['malformed-line', 1, 31],
      ['no-time', 1, 31],
      ['nul-bytes', 1, 11],
      ['time-backwards', 1, 41],
    ]);
    expect(result.summary()).toMatchObject({ lines: 302, events: 300, blankLines: 2 });
    for (const warning of result.ofType('warning')) {
      expect(warning).toMatchObject({ file, note: expect.stringMatching(/^the line .+/) });
    }
  });

  it('reads a truncated gzip as far as it goes', async () => {
    const packed = gzipSync(sshdLines(30_000).join('\n'));
    const file = write('cut.log.gz', packed.subarray(0, packed.length / 20));
    const result = await caracal([verb, file, ...more, '--json']);
    expect(expectCounted(result)).toContainEqual(['truncated-archive', 1, 0]);
    expect(result.summary().lines).toBeGreaterThan(500);
  });

  it('takes lines without time', async () => {
    const bare = log.map((line) => line.slice(16));
    const result = await caracal([verb, write('bare.log', bare.join('\n')), ...more, '--json']);
    expect(expectCounted(result)[0]).toEqual(['no-time', 300, 1]);
  });

  it('takes time that runs backwards', async () => {
    const file = write('backwards.log', [...log].reverse().join('\n'));
    expect(expectCounted(await caracal([verb, file, ...more, '--json']))).toEqual([['time-backwards', 299, 2]]);
  });
});

describe('a file of one line', () => {
  it.each(verbsForFew)('is enough for %s', async (verb, ...more) => {
    const result = await caracal([verb, write('one.log', log[0] ?? ''), ...more, '--json']);
    expect(expectCounted(result)).toEqual(verb === 'train' ? [['too-few-sessions', 1, 0]] : []);
    expect(result.summary()).toMatchObject({ lines: 1, events: 1 });
  });

  it('is too little for scan, as doctor says', async () => {
    const { out } = await caracal(['doctor', write('one.log', log[0] ?? '')]);
    expect(out).toContain('Only 1 log line: scan needs at least 50');
    expect((await caracal(['doctor', write('short.log', log.slice(0, 50).join('\n'))])).out).not.toContain(
      'scan needs',
    );
  });

  it('is too little for scan, which says what to do instead', async () => {
    expectRefused(await caracal(['scan', write('one.log', log[0] ?? '')]), 'only 1 log line:', 'caracal detect');
  });
});

describe('warnings for a person', () => {
  it.each(verbs)('of %s go to stderr, with file, line and what it means', async (verb, ...more) => {
    const file = write('nul.log', [...log.slice(0, 99), 'bytes \0\0', ...log.slice(99)].join('\n'));
    const { code, out, err } = await caracal([verb, file, ...more]);
    expect(code).toBe(0);
    expect(err).toContain(
      `caracal: ${file}: nul-bytes (1, first in line 100): the line holds NUL bytes; they were kept`,
    );
    expect(out).not.toContain('\0');
  });
});

describe('standard input', () => {
  it.each(verbs)('is called by its name by %s, in warnings and errors', async (verb, ...more) => {
    const bytes = Buffer.from([...log, 'not at all'].join('\n'));
    const result = await caracal([verb, '-', ...more, '--json', '--format', 'rfc3164'], bytes);
    expectCounted(result);
    expect(result.ofType('warning').map(({ file }) => file)).toEqual(['-', '-']);
    expectRefused(await caracal([verb, '-', ...more], Buffer.alloc(0)), 'standard input is empty');
  });
});

// --- internal ---

function noise(size: number): Uint8Array {
  const rng = createRng(7);
  return Uint8Array.from({ length: size }, () => Math.floor(rng.next() * 256));
}
