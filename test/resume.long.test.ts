import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRng } from '../src/util/rng.ts';
import { caracal } from './support/cli.ts';
import { workspace } from './support/workspace.ts';

const { path, write } = workspace();
const program = fileURLToPath(new URL('../bin/dev.ts', import.meta.url));
const SMALL = ['--hidden', '16', '--layers', '1', '--batch-size', '8', '--epochs', '40', '--threads', '1'];
const KILLS = 6;
const words = createRng(2);
const sessions = Array.from({ length: 300 }, (_, i) => {
  const keys = Array.from({ length: 5 + words.int(12) }, () => words.int(12));
  return `s${i},${keys.join(' ')}`;
});
const train = write('train.csv', `session,keys\n${sessions.join('\n')}\n`);

/** When the newest checkpoint in a folder was written, 0 where there is none. */
function writtenAt(folder: string): number {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return Math.max(0, ...files.map((file) => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

describe.each(['deeplog', 'logmamba'])('train --model %s that is killed again and again', (model) => {
  it('ends with the weights of an unbroken run', async () => {
    const learn = (out: string) => ['train', train, '--out', out, '--model', model, '--seed', '3', ...SMALL];
    const [unbroken, resumed, checkpoints] = [path(`${model}-unbroken`), path(model), path(`${model}-checkpoints`)];
    expect(await caracal(learn(unbroken))).toMatchObject({ code: 0 });

    const again = [...learn(resumed), '--checkpoint', checkpoints, '--checkpoint-every', '3', '--resume'];
    const rng = createRng(11);
    let kills = 0;
    while (kills < KILLS) {
      const before = writtenAt(checkpoints);
      const child = spawn(process.execPath, ['--import', 'tsx', program, ...again], { stdio: 'ignore' });
      while (child.exitCode === null && writtenAt(checkpoints) === before) await delay(1);
      await delay(rng.next() * 200);
      if (child.exitCode !== null) break;
      child.kill('SIGKILL');
      await once(child, 'close');
      kills++;
    }
    expect(kills).toBe(KILLS);
    const last = await caracal([...again, '--json']);
    expect(last).toMatchObject({ code: 0, err: '' });
    expect(last.summary().resumed.epoch).toBeGreaterThan(0);
    for (const file of ['weights.safetensors', 'score.onnx']) {
      expect(readFileSync(join(resumed, file)).equals(readFileSync(join(unbroken, file)))).toBe(true);
    }
    expect(existsSync(checkpoints)).toBe(false);
  });
});
