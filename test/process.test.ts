import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { caracal, expectRefused, TINY } from './support/cli.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { path, write, directory } = workspace();
const program = fileURLToPath(new URL('../bin/dev.ts', import.meta.url));
const log = write('good.log', sshdLines(300).join('\n'));

/** The command line in a process of its own, with its own folder for temporary files. */
function start(args: readonly string[], stdout: 'pipe' | number = 'pipe') {
  const temporary = directory(`temporary-${args[0]}-${stdout}`);
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    stdio: ['pipe', stdout, 'pipe'],
    env: { ...process.env, TMPDIR: temporary },
  });
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const left = (): string[] => readdirSync(temporary).filter((name) => name.startsWith('caracal-'));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, err, left: left() }));
  return { child, left, ended };
}

describe('a process', () => {
  it.each([
    ['demo', 'SIGINT', ['demo', '--days', '2']],
    ['scan -', 'SIGTERM', ['scan', '-', ...TINY]],
  ] as const)('of %s that gets %s leaves nothing behind, and dies of it', async (_, signal, args) => {
    const { child, left, ended } = start(args);
    child.stdin?.write(`${sshdLines(300).join('\n')}\n`);
    await vi.waitFor(() => expect(left()).toHaveLength(1), { timeout: 30_000 });
    child.kill(signal);
    expect(await ended).toEqual({ code: null, signal, err: '', left: [] });
  });

  it.skipIf(!existsSync('/dev/full'))('says so when nobody can take its output', async () => {
    const { ended } = start(['parse', log], openSync('/dev/full', 'w'));
    const { code, err } = await ended;
    expect(code).toBe(2);
    expect(err).toMatch(/^caracal: standard output: cannot be written \(ENOSPC.*\)\. Make room there, or .*\.\n$/);
  });

  it('ends quietly when its reader has left', async () => {
    const { child, ended } = start(['doctor', log]);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, signal: null, err: '' });
  });
});

describe('a folder for temporary files that does not exist', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([['demo'], ['parse', '-'], ['scan', '-']])('is an error of the machine to %s %s', async (...args) => {
    vi.stubEnv('TMPDIR', path('nowhere'));
    const run = await caracal(args, Buffer.from('a line\n'));
    expectRefused(run, path('nowhere'), 'no temporary file can be made there', 'Set TMPDIR');
  });
});

describe('a place where nobody can make a folder', () => {
  it.skipIf(!existsSync('/proc/self'))('is refused as an output, and does not hang', async () => {
    expectRefused(await caracal(['parse', log, '--out', '/proc/caracal/out']), '/proc/caracal/out: cannot be written');
  });
});
