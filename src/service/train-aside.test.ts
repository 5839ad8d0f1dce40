import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import { trainAside } from './train-aside.ts';

const set = sequencesOf(
  Array.from({ length: 40 }, (_, i) => ['a', 'b', i % 2 === 0 ? 'c' : 'd', 'e']),
  { closed: false },
);

it('learns in another process, and says when that was called off', async () => {
  const called = trainAside({ set, training: { detector: 'deeplog', seed: 1 } });
  const refused = expect(called.learned).rejects.toThrow(/called off. The service goes on as it was/);
  await called.cancel();
  await refused;
});

it('ends with the program that began it, however that ended', async () => {
  const starter = fileURLToPath(new URL('../../test/support/training-starter.ts', import.meta.url));
  const program = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), starter], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = await once(createInterface({ input: program.stdout }), 'line');
  expect(() => process.kill(Number(pid), 0)).not.toThrow();
  program.kill('SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(Number(pid), 0)).toThrow(/ESRCH/), { timeout: 20_000 });
});
