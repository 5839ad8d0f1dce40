import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../src/server/index.ts';
import { caracal, expectRefused } from './support/cli.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { path, write, directory } = workspace();
const program = fileURLToPath(new URL('../bin/dev.ts', import.meta.url));

const children = new Set<ChildProcess>();
/** `caracal serve --json` in a process of its own, on a free port. */
async function serve(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', program, 'serve', '--json', '--listen', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, err }));
  const [first] = await once(createInterface({ input: child.stdout }), 'line');
  const { url, token } = JSON.parse(String(first)) as { url: string; token?: string };
  return { child, ended, url, token };
}

describe('caracal serve', () => {
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });

  it('takes lines in, shows its first token once, and goes on where it was stopped', { timeout: 60_000 }, async () => {
    const data = directory('data');
    const log = write('auth.log', `${sshdLines(300).join('\n')}\n`);
    const first = await serve(log, '--data', data);
    expect(first.token).toMatch(/^\S{40,}$/);
    const token = first.token ?? '';
    const stored = async (url: string): Promise<number> => (await createClient(url, { token }).status()).totals.lines;
    await vi.waitFor(async () => expect(await stored(first.url)).toBe(300), { timeout: 10_000 });
    const status = await createClient(first.url, { token }).status();
    expect(status).toMatchObject({ phase: 'learning', learning: { lines: 300, linesNeeded: 20_000 } });
    expect(status.sources[0]).toMatchObject({ name: log, format: 'rfc3164', lines: 300, malformed: 0 });
    const page = await createClient(first.url, { token }).records.page({ text: 'accepted PASSWORD' });
    expect(page.items[0]).toMatchObject({ app: 'sshd', text: expect.stringContaining('Accepted password') });
    first.child.kill('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null, err: '' });

    appendFileSync(log, `${sshdLines(10).join('\n')}\n`);
    const second = await serve(log, '--data', data);
    expect(second.token).toBeUndefined();
    await vi.waitFor(
      async () => expect((await createClient(second.url, { token }).sources.list()).items[0]?.lines).toBe(310),
      { timeout: 10_000 },
    );
    second.child.kill('SIGINT');
    expect(await second.ended).toMatchObject({ code: 0, err: '' });
  });

  it.each([
    [['serve', '--syslog-tcp', 'abc'], /--syslog-tcp abc: give a port, or HOST:PORT/],
    [['serve', '--listen', '127.0.0.1:70000'], /--listen 127.0.0.1:70000: give a port/],
    [['serve', '--syslog-tls', '6514'], /--syslog-tls needs a certificate/],
    [['serve', '--tls-cert', 'a.pem'], /both --tls-key FILE and --tls-cert FILE/],
    [['serve', '--model', 'pca'], /cannot judge a stream\. Choose deeplog or logmamba/],
    [['serve', 'a.log', 'a.log'], /a.log is named twice/],
    [['serve', '--learn-lines', '5'], /--learn-lines 5: give a whole number, at least 1000/],
  ])('refuses %j', async (args, message) => {
    expectRefused(await caracal([...args, '--data', path('refused')]), message);
  });
});
