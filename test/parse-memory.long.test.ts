import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { createRng } from '../src/util/rng.ts';

const folder = mkdtempSync(join(tmpdir(), 'caracal-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A log of so many lines; every hundredth is of a shape never seen. */
async function writeLog(path: string, lines: number): Promise<void> {
  const rng = createRng(7);
  const out = createWriteStream(path);
  const word = (): string => Array.from({ length: 6 }, () => String.fromCharCode(97 + rng.int(26))).join('');
  for (let i = 0, chunk = ''; i < lines; i++) {
    const time = new Date(Date.UTC(2024, 0, 1) + i * 20).toISOString();
    const text =
      i % 100 === 0
        ? Array.from({ length: 4 + rng.int(9) }, word).join(' ')
        : `Failed password for invalid user ${word()} from 10.${rng.int(256)}.${rng.int(256)}.7 port ${rng.int(65536)} ssh2`;
    chunk += `${time} web sshd[${rng.int(30_000)}]: ${text}\n`;
    if (chunk.length > 1 << 20 || i === lines - 1) {
      if (!out.write(chunk)) await once(out, 'drain');
      chunk = '';
    }
  }
  out.end();
  await once(out, 'finish');
}

/** Peak of resident memory (MB) of `caracal parse` in a process of its own. */
async function peakOf(args: readonly string[]): Promise<number> {
  const program = fileURLToPath(new URL('./support/measured-cli.ts', import.meta.url));
  const child = fork(program, ['parse', ...args], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ code, peakMegabytes }] = await once(child, 'message');
  expect(code).toBe(0);
  return peakMegabytes;
}

it.each([1, 2])('parse writes structured.csv in constant memory, with %i threads', async (threads) => {
  const peaks: number[] = [];
  for (const lines of [1_000_000, 4_000_000]) {
    const log = join(folder, 'input.log');
    await writeLog(log, lines);
    expect(statSync(log).size).toBeGreaterThan(lines * 100);
    peaks.push(await peakOf([log, '--threads', String(threads), '--out', join(folder, 'out')]));
  }
  const [small = 0, large = 0] = peaks;
  expect(large).toBeLessThan(400);
  // Four times the lines; what grows with them would show.
  expect(large - small).toBeLessThan(60);
});
