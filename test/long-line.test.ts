import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { caracal, expectCounted, type JsonLine, TINY } from './support/cli.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { path, write } = workspace();
const MIB = 1024 * 1024;
const LENGTH = 100 * MIB;
const file = path('long.log');

beforeAll(() => {
  const lines = sshdLines(120);
  const out = openSync(file, 'w');
  writeSync(out, `${lines.slice(0, 60).join('\n')}\n`);
  const chunk = Buffer.alloc(MIB, 'all work and no play makes a dull log ');
  for (let i = 0; i < LENGTH / MIB; i++) writeSync(out, chunk);
  writeSync(out, `\n${lines.slice(60).join('\n')}\n`);
  closeSync(out);
});

describe('a line of 100 MB', () => {
  it('is one counted event for scan, with its true place and length', async () => {
    const run = await caracal(['scan', file, '--format', 'rfc3164', ...TINY, '--json']);
    expect(expectCounted(run)).toEqual(
      expect.arrayContaining([
        ['long-line', 1, 61],
        ['malformed-line', 1, 61],
      ]),
    );
    expect(run.summary()).toMatchObject({ lines: 121, events: 121, blankLines: 0 });
    expect(run.out.length).toBeLessThan(2 * MIB);
  });

  it('takes no memory of its length', () => {
    const plain = write('plain.log', sshdLines(121).join('\n'));
    const small = parseApart(plain);
    const large = parseApart(file);
    expect(large.summary).toEqual(expect.objectContaining({ lines: 121, events: 121, blankLines: 0 }));
    expect(large.peak - small.peak).toBeLessThan(LENGTH / 2);
  });
});

// --- internal ---

/** Parses in a process of its own, to see its peak memory in bytes. */
function parseApart(log: string): { summary: JsonLine; peak: number } {
  const script = `
    import { main } from ${JSON.stringify(pathToFileURL(resolve('src/cli/index.ts')).href)};
    process.exitCode = await main(['parse', ${JSON.stringify(log)}, '--json']);
    console.log(process.resourceUsage().maxRSS * 1024);
  `;
  const out = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  const [summary, peak] = out.trim().split('\n').slice(-2);
  return { summary: JSON.parse(summary ?? ''), peak: Number(peak) };
}
