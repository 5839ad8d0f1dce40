import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readModel } from '../src/files/index.ts';
import { createRng } from '../src/util/rng.ts';
import { TINY } from './support/cli.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { directory, write } = workspace();
const program = fileURLToPath(new URL('../bin/dev.ts', import.meta.url));
const log = write('good.log', sshdLines(600).join('\n'));
const KILLS = 15;

/** `caracal train` in a process of its own. */
function train(out: string, seed: number) {
  const args = ['train', log, '--out', out, '--seed', String(seed), ...TINY];
  return spawn(process.execPath, ['--import', 'tsx', program, ...args], { stdio: 'ignore' });
}

/** Waits until a folder is being written beside the model, or the process has ended. */
async function writing(folder: string, child: ReturnType<typeof train>): Promise<void> {
  while (child.exitCode === null && !readdirSync(folder).some((name) => name.endsWith('.partial'))) await delay(1);
}

describe.each(['SIGKILL', 'SIGTERM'] as const)('train that is ended by %s', (signal) => {
  it('leaves a whole model or the one before, never a half', async () => {
    const rng = createRng(7);
    const folder = directory(signal);
    const out = join(folder, 'model');
    const started = performance.now();
    await once(train(out, 0), 'close');
    const usual = performance.now() - started;
    const seeds = new Set<number>();
    for (let i = 1; i <= KILLS; i++) {
      const child = train(out, i);
      // Anywhere at all, and in the few milliseconds that matter.
      if (i % 3 === 0) await delay(rng.next() * usual);
      else {
        await writing(folder, child);
        await delay(rng.int(8));
      }
      child.kill(signal);
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      const left = readdirSync(folder);
      const whole = existsSync(out) ? 'model' : left.find((name) => name.endsWith('.old'));
      const { model } = await readModel(join(folder, whole ?? ''));
      seeds.add(model.description.seed);
      if (signal === 'SIGTERM') expect(left).toEqual(['model']);
    }
    // Some were ended before they had written, some after.
    expect(seeds.size).toBeGreaterThan(1);
    expect(seeds.size).toBeLessThan(KILLS);
  });
});
