import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../src/store/index.ts';
import { createRng } from '../src/util/rng.ts';
import { type PostgresServer, startPostgres } from './support/postgres.ts';
import { needs } from './support/requirements.ts';
import { STEP } from './support/store-writer.ts';
import { workspace } from './support/workspace.ts';

const { path } = workspace();
const program = fileURLToPath(new URL('support/store-writer.ts', import.meta.url));
const KILLS = 10;

/** Lets a writer work until it has acknowledged so many transactions, kills it, and gives the last that it acknowledged. */
async function killedAfter(transactions: number, url: string): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let acknowledged = 0;
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    seen++;
    if (seen === transactions) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return acknowledged;
}

async function survives(url: string, seed: number): Promise<void> {
  const rng = createRng(seed);
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await killedAfter(1 + rng.int(40), url);
    const store = await openStore(url);
    try {
      const checkpoint = await store.checkpoints.read('main');
      const version = checkpoint?.version ?? 0;
      // All that was acknowledged, and what was under way wholly or not at all.
      expect(version).toBeGreaterThanOrEqual(acknowledged);
      expect(version).toBeLessThanOrEqual(acknowledged + 1);
      expect(checkpoint?.bytes).toEqual(new Uint8Array(50_000).fill((version - 1) & 255));
      expect(await store.sources.list()).toMatchObject([{ position: version, lines: version * STEP }]);
      expect(await store.retention.size()).toMatchObject({ records: version * STEP });
      const { points } = await store.counts.range({ from: 0, to: 0 });
      expect(points).toMatchObject([{ events: version * STEP, flagged: version }]);
      expect((await store.alerts.counts({})).total).toBe((version + 1) >> 1);
    } finally {
      await store.close();
    }
  }
}

describe('a store whose writer is killed', () => {
  it('has exactly what was acknowledged, on SQLite', () => survives(path('killed.db'), 1));
});

needs('postgres')('a store whose writer is killed', () => {
  let server: PostgresServer;
  beforeAll(() => {
    server = startPostgres();
  });
  afterAll(() => server.remove());

  it('has exactly what was acknowledged, on PostgreSQL', async () => survives(await server.database(), 2));
});
