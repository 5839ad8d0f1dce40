import { copyFileSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { expect, it } from 'vitest';
import { workspace } from '../../../test/support/workspace.ts';
import { newAlert } from '../cases/sample-alerts.case.ts';
import { openStore, type StoreOptions } from '../open-store.ts';
import type { Store } from '../store.ts';
import { openSqlite } from './sqlite-connection.ts';

const { path, write } = workspace();
const line = { source: 1, sequence: 0, time: 1, host: null, app: null, level: null, template: null };
const lines = (count: number) => Array.from({ length: count }, () => ({ ...line, text: 'x'.repeat(200) }));

/** Opens a store for as long as `use` takes. */
async function using(file: string, use: (store: Store) => Promise<void>, options: StoreOptions = {}): Promise<void> {
  const store = await openStore(file, options);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

it('says when there is no room, undoes what it began, and goes on when there is', async () => {
  const file = path('full.db');
  await using(
    file,
    async (store) => {
      let kept = 0;
      const fill = async (): Promise<never> => {
        for (;;) {
          await store.transaction(async (to) => {
            await to.alerts.upsert([newAlert({ id: `alert ${kept}` })]);
            await to.records.append(lines(500));
          });
          kept++;
        }
      };
      await expect(fill()).rejects.toMatchObject({ code: 'E_STORE_FULL', data: { retry: true } });
      expect(kept).toBeGreaterThan(2);
      expect((await store.alerts.counts({})).total).toBe(kept);
      expect(await store.retention.size()).toMatchObject({ records: kept * 500 });
      expect(statSync(file).size).toBeLessThanOrEqual(2_000_000);

      await store.retention.step({ records: { bytes: 0 } });
      await store.records.append(lines(500));
    },
    { maxBytes: 2_000_000 },
  );
});

it('says when another process writes, and reads on', async () => {
  const file = path('locked.db');
  await using(
    file,
    async (store) => {
      const other = openSqlite({ path: file, role: 'writer', busyTimeout: 0, maxBytes: 0 });
      other.run('begin immediate', []);
      const upsert = () => store.alerts.upsert([newAlert({ id: 'a' })]);
      await expect(upsert()).rejects.toMatchObject({ code: 'E_STORE_BUSY', data: { retry: true } });
      expect((await store.alerts.counts({})).total).toBe(0);
      other.run('rollback', []);
      expect(await upsert()).toEqual({ added: ['a'], changed: [] });
      other.close();
    },
    { busyTimeout: 0 },
  );
});

it('has all that was acknowledged when the program is killed', async () => {
  const file = path('killed.db');
  await using(file, async (store) => {
    for (let i = 0; i < 20; i++) await store.alerts.upsert([newAlert({ id: `alert ${i}` })]);
    // What is on the disk at this moment is what a killed program leaves.
    for (const part of ['', '-wal']) copyFileSync(file + part, path(`found.db${part}`));
    // Another one was killed in the middle of a write: half of its last page is there.
    for (const part of ['', '-wal']) copyFileSync(file + part, path(`torn.db${part}`));
  });
  truncateSync(path('torn.db-wal'), statSync(path('torn.db-wal')).size - 2000);
  await using(path('found.db'), async (store) => {
    expect((await store.alerts.counts({})).total).toBe(20);
  });
  await using(path('torn.db'), async (store) => {
    expect((await store.alerts.counts({})).total).toBe(19);
    await store.alerts.upsert([newAlert({ id: 'after' })]);
  });
});

it('says when a page is damaged', async () => {
  const file = path('damaged.db');
  let ids: number[] = [];
  await using(file, async (store) => {
    ids = await store.records.append(lines(2000));
  });
  const size = statSync(file).size;
  const handle = openSync(file, 'r+');
  writeSync(handle, new Uint8Array(4096).fill(0xa5), 0, 4096, size - 4096);
  writeSync(handle, new Uint8Array(4096).fill(0xa5), 0, 4096, size - 8192);
  await using(file, async (store) => {
    const all = async () => store.records.get(ids);
    await expect(all()).rejects.toMatchObject({ code: 'E_STORE_CORRUPT', data: { retry: false } });
    // What lies elsewhere is still to be had.
    expect(await store.retention.size()).toMatchObject({ records: 2000 });
  });
});

it('says what is wrong with a path', async () => {
  const notOurs = write('notes.txt', 'This is no database.\n'.repeat(500));
  await expect(openStore(notOurs)).rejects.toMatchObject({ code: 'E_STORE_CORRUPT' });
  expect(readFileSync(notOurs, 'utf8')).toContain('no database');
  await expect(openStore(`${notOurs}/store.db`)).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE' });
  writeFileSync(path('folder.txt'), '');
  await expect(openStore(path(''))).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE' });
});

it('makes its file for its owner alone, and gives space back', async () => {
  const file = path('new/folder/store.db');
  await using(`sqlite:${file}`, async (store) => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await store.records.append(lines(20_000));
    const { databaseBytes } = await store.retention.size();
    while ((await store.retention.step({ records: { bytes: 0 } })).more);
    expect((await store.retention.size()).databaseBytes).toBeLessThan(databaseBytes / 10);
  });
});
