import { appendFileSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningService, type ServiceOptions, startService } from '../../src/service/index.ts';
import { openStore, type Store, type StoreOptions } from '../../src/store/index.ts';
import { followedFile } from '../../src/stream/index.ts';
import { faultLines } from '../support/fault-lines.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { needs } from '../support/requirements.ts';
import { readContents } from '../support/store-contents.ts';
import { tinyModel } from '../support/tiny-model.ts';
import { workspace } from '../support/workspace.ts';

const space = workspace();
const { path, write } = space;
const lines = faultLines(3000, 5);
const numbers = lines.map((_, i) => i);
const DEADLINE = { timeout: 30_000, interval: 10 };
let modelDirectory = '';
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  modelDirectory = await tinyModel(space);
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close().catch(() => {});
});

async function storeAt(url: string, options: StoreOptions = {}): Promise<Store> {
  const store = await openStore(url, options);
  open.push(() => store.close());
  return store;
}

async function follow(store: Store, file: string, options: Partial<ServiceOptions> = {}): Promise<RunningService> {
  const sources = [followedFile(file, { pollInterval: 10 })];
  const service = await startService({ store, sources, models: path('models'), modelDirectory, ...options });
  open.push(() => service.stop());
  return service;
}

const text = (from: number, to: number): string => `${lines.slice(from, to).join('\n')}\n`;
const reaches = (service: RunningService, count: number): Promise<void> =>
  vi.waitFor(() => expect(service.status().totals.lines).toBe(count), DEADLINE);

describe('a disk that is full', () => {
  it('makes the service wait and say why; it goes on when there is room, and loses nothing', async () => {
    const file = write('full.log', text(0, 1000));
    const roomy = await storeAt(path('full.db'));
    const before = await follow(roomy, file);
    await reaches(before, 1000);
    await before.stop();
    await roomy.close();

    const store = await storeAt(path('full.db'), { maxBytes: statSync(path('full.db')).size + 65_536 });
    const service = await follow(store, file);
    appendFileSync(file, text(1000, 2900));
    await vi.waitFor(() => expect(service.status().error).toMatch(/full|maxBytes|room/i), DEADLINE);
    expect(service.status().phase).toBe('live');
    // As somebody does who asks for less to be kept, and the service after a minute.
    const limits = { records: { bytes: 60_000 } };
    await vi.waitFor(async () => {
      await store.retention.step(limits);
      expect(service.status().totals.lines).toBe(2900);
    }, DEADLINE);
    // Whatever had to make room by then, what comes now stays.
    appendFileSync(file, text(2900, 3000));
    await reaches(service, 3000);
    await vi.waitFor(() => expect(service.status().error).toBeNull(), DEADLINE);
    const { sources } = await readContents(store);
    expect(sources[0]).toMatchObject({ lines: 3000, counted: 3000, gaps: [] });
    // The oldest made room; the others are there, once.
    expect(sources[0]?.numbers).toEqual(numbers.slice(3000 - (sources[0]?.numbers.length ?? 0)));
    expect(sources[0]?.numbers.length).toBeGreaterThanOrEqual(100);
  });
});

needs('postgres')('a database server', () => {
  let server: PostgresServer;
  beforeAll(() => {
    server = startPostgres();
  });
  afterAll(() => server.remove());

  it('that crashes is waited for; every line is there once', async () => {
    const file = write('gone.log', text(0, 500));
    const store = await storeAt(await server.database());
    const service = await follow(store, file, { checkpointEvery: 100 });
    for (let outage = 0; outage < 3; outage++) {
      await reaches(service, 500 + outage * 500);
      server.crash();
      appendFileSync(file, text(500 + outage * 500, 1000 + outage * 500));
      await vi.waitFor(() => expect(service.status().error).not.toBeNull(), DEADLINE);
      expect(service.status().phase).toBe('live');
      server.start();
    }
    await reaches(service, 2000);
    await vi.waitFor(() => expect(service.status().error).toBeNull(), DEADLINE);
    const { sources } = await readContents(store);
    expect(sources[0]).toMatchObject({ lines: 2000, counted: 2000, numbers: numbers.slice(0, 2000), gaps: [] });
  });
});

describe('a damaged database', () => {
  it('whose log ends in a torn page is as it was before that transaction, and what followed is read again', async () => {
    const file = write('torn.log', text(0, 1000));
    const store = await storeAt(path('torn.db'));
    const service = await follow(store, file);
    await reaches(service, 1000);
    appendFileSync(file, text(1000, 1500));
    await reaches(service, 1500);
    // As the machine leaves it that loses power.
    for (const suffix of ['', '-wal']) copyFileSync(path(`torn.db${suffix}`), path(`copy.db${suffix}`));
    const log = readFileSync(path('copy.db-wal'));
    log.fill(0x55, log.length - 2000);
    writeFileSync(path('copy.db-wal'), log);
    await service.stop();

    const copy = await storeAt(path('copy.db'));
    expect((await copy.sources.list())[0]?.lines).toBeLessThan(1500);
    const again = await follow(copy, file);
    await reaches(again, 1500);
    const { sources } = await readContents(copy);
    expect(sources[0]).toMatchObject({ lines: 1500, counted: 1500, numbers: numbers.slice(0, 1500), gaps: [] });
  });

  it('with damaged pages is refused with what to do', async () => {
    const file = write('damaged.log', text(0, 1000));
    const store = await storeAt(path('damaged.db'));
    const service = await follow(store, file);
    await reaches(service, 1000);
    await service.stop();
    await store.close();
    expect(existsSync(path('damaged.db-wal'))).toBe(false);
    const bytes = readFileSync(path('damaged.db'));
    bytes.fill(0x55, 8192);
    writeFileSync(path('damaged.db'), bytes);
    await expect(storeAt(path('damaged.db')).then((damaged) => follow(damaged, file))).rejects.toMatchObject({
      code: 'E_STORE_CORRUPT',
    });
  });
});

describe('a second service on the same database', () => {
  it('is refused, and the first goes on', async () => {
    const file = write('two.log', text(0, 100));
    const store = await storeAt(path('two.db'));
    const first = await follow(store, file);
    await reaches(first, 100);
    const other = await storeAt(path('two.db'));
    let written = 100;
    const writing = setInterval(() => {
      if (written < 3000) appendFileSync(file, text(written, ++written));
    }, 20);
    try {
      await expect(follow(other, file)).rejects.toMatchObject({
        code: 'E_STORE_CONFLICT',
        message: expect.stringMatching(/Another service runs on this database .* Stop it first/),
      });
    } finally {
      clearInterval(writing);
    }
    await reaches(first, written);
    expect(first.status()).toMatchObject({ phase: 'live', error: null });
    const { sources } = await readContents(store);
    expect(sources[0]).toMatchObject({ lines: written, numbers: numbers.slice(0, written) });
    await first.stop();
    // What was released is free at once.
    const next = await follow(other, file);
    expect(next.status().totals.lines).toBe(written);
  });
});
