import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, build } from '../../bench/built.ts';
import { openStore, type StoredGap } from '../../src/store/index.ts';
import { faultLines } from '../support/fault-lines.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { needs } from '../support/requirements.ts';
import type { ServiceChildMessage } from '../support/service-child.ts';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts';
import { type Contents, contentsOf } from '../support/store-contents.ts';
import { workspace } from '../support/workspace.ts';
import { followThroughKills, type KillPlan, receiveThroughKills } from './kills.ts';

/** What a service promises whose process is killed again and again, on both databases. */
export function keepsItsWordWhenKilled(kills: number, lines: number): void {
  const { path, write } = workspace();
  let built: Built;
  let modelDirectory = '';
  /** What comes of the same lines where nothing is killed. */
  let unbroken: Contents;
  const planOf = (name: string, database: string, seed: number): KillPlan => ({
    ...{ program: built.file, database, folder: path(name), modelDirectory, kills, lines, seed },
  });

  beforeAll(async () => {
    built = build('service-child', 'test/support');
    const file = write('normal.log', `${faultLines(1200, 99).join('\n')}\n`);
    const database = path('learned.db');
    const options = { database, models: path('models'), learnLines: 1000, file, checkpointEvery: 10_000 };
    const service = await startServiceProcess(built.file, options);
    while (service.told.phase !== 'live') await service.next();
    await service.stop();
    const store = await openStore(database);
    modelDirectory = (await store.models.list())[0]?.directory ?? '';
    await store.close();
    unbroken = await followThroughKills({ ...planOf('unbroken', path('unbroken.db'), 1), kills: 0 });
  }, 120_000);
  afterAll(() => rmSync(built.folder, { recursive: true, force: true }));

  const all = Array.from({ length: lines }, (_, i) => i);

  const follows = async (database: string, name: string, change: Partial<KillPlan> = {}): Promise<void> => {
    const contents = await followThroughKills({ ...planOf(name, database, 1), ...change });
    expect(contents.sources[0]).toMatchObject({ lines, counted: lines, numbers: all, gaps: [], drops: 0 });
    expect(contents.alerts.length).toBeGreaterThan(3);
    expect(contents.windows.length).toBeGreaterThan(1);
    expect(contents.flagged).toEqual(unbroken.flagged);
    expect(contents.alerts).toEqual(unbroken.alerts);
    expect(contents.windows).toEqual(unbroken.windows);
    expect(contents.flaggedInMinutes).toBe(unbroken.flaggedInMinutes);
  };

  const receives = async (
    database: string,
    name: string,
    change: Partial<KillPlan> = {},
  ): Promise<readonly StoredGap[]> => {
    const { contents, connections } = await receiveThroughKills({ ...planOf(name, database, 2), ...change });
    const [pushed, received] = contents.sources;
    expect(pushed).toMatchObject({ name: 'push', lines, counted: lines, numbers: all, drops: 0 });
    const numbers = received?.numbers ?? [];
    expect(received).toMatchObject({ lines: numbers.length, counted: numbers.length, drops: 0 });
    // Nothing twice, all in order, and of each connection what came before some moment.
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const stored = new Set(numbers);
    const gaps = received?.gaps ?? [];
    for (const { numbers: sent, until } of connections) {
      const lost = sent.findIndex((number) => !stored.has(number));
      if (lost < 0) continue;
      expect(sent.slice(lost).filter((number) => stored.has(number))).toEqual([]);
      // Nothing is known of a source before its first line is stored.
      if ((sent[lost] ?? 0) < (numbers[0] ?? 0)) continue;
      const told = gaps.some(({ from, to }) => (from ?? 0) <= until + SLACK && (to ?? 0) >= until);
      expect(told, `a gap around ${until}: ${JSON.stringify(gaps)}`).toBe(true);
    }
    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps.length).toBeLessThanOrEqual(kills);
    return gaps;
  };

  describe('a service that is killed, on SQLite', () => {
    if (kills > 5) {
      it.concurrent('while it learns, and while it judges what came meanwhile: each line is judged once', async () => {
        const database = path('learning.db');
        const file = write('learning.log', `${faultLines(lines, 3).join('\n')}\n`);
        const options = { database, models: path('learned'), learnLines: 1000, file, checkpointEvery: 100 };
        const until = async (wanted: (told: ServiceChildMessage) => boolean): Promise<ServiceProcess> => {
          const service = await startServiceProcess(built.file, options);
          while (!wanted(service.told)) await service.next();
          return service;
        };
        for (const share of [0.05, 0.5]) await (await until((told) => told.lines > share * lines)).kill();
        for (let kill = 0; kill < 3; kill++) await (await until(({ phase }) => phase === 'live')).kill();
        const last = await until((told) => told.phase === 'live' && told.lines === lines);
        await last.stop();
        const contents = await contentsOf(database);
        expect(contents.sources[0]).toMatchObject({ lines, counted: lines, numbers: all, gaps: [] });
        const store = await openStore(database);
        const judged = await store.counts.range({ from: 0, to: Date.UTC(2100, 0, 1), channel: ['quantity'] });
        await store.close();
        expect(judged.points.reduce((sum, { events }) => sum + events, 0)).toBe(lines - 1000);
      });
    }
    it.concurrent('follows a rotated file: every line once, and what an unbroken run makes of them', () =>
      follows(path('follow.db'), 'follow'));
    it.concurrent('receives requests with keys and syslog: all once, and nothing twice with its gaps told', () =>
      receives(path('receive.db'), 'receive'));
  });

  describe('a service that is told to stop in the middle of it all', () => {
    const change = { gently: true, kills: Math.max(2, kills / 5) };
    if (kills > 5) {
      it.concurrent('follows a rotated file: every line once, and what an unbroken run makes of them', () =>
        follows(path('stop-follow.db'), 'stop-follow', change));
    }
    it.concurrent('says that it was stopped where senders cannot know', async () => {
      const gaps = await receives(path('stop-receive.db'), 'stop-receive', change);
      expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['stopped']));
    });
  });

  needs('postgres')('a service that is killed, on PostgreSQL', () => {
    let server: PostgresServer;
    beforeAll(() => {
      server = startPostgres();
    });
    afterAll(() => server.remove());

    it.concurrent('follows a rotated file: every line once, and what an unbroken run makes of them', async () =>
      follows(await server.database(), 'follow-pg'));
    it.concurrent('receives requests with keys and syslog: all once, and nothing twice with its gaps told', async () =>
      receives(await server.database(), 'receive-pg'));
  });
}

// --- internal ---

/** A line is received after it was sent, ms. */
const SLACK = 1000;
