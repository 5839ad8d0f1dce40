import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../test/support/postgres.ts';
import { needs } from '../../../test/support/requirements.ts';
import { newAlert } from '../cases/sample-alerts.case.ts';
import { openStore } from '../open-store.ts';
import type { Store } from '../store.ts';
import { postgresError } from './postgres-errors.ts';

needs('postgres')('PostgreSQL in trouble', () => {
  let server: PostgresServer;
  let store: Store;
  let url: string;
  beforeAll(async () => {
    server = startPostgres();
    url = await server.database();
    store = await openStore(url);
  });
  afterAll(async () => {
    await store.close();
    server.remove();
  });

  it('says when the server is gone, and goes on when it is back', async () => {
    await store.alerts.upsert([newAlert({ id: 'before' })]);
    const gone = { code: 'E_STORE_UNAVAILABLE', data: { retry: true } };
    const caught = store.transaction(async (to) => {
      await to.alerts.upsert([newAlert({ id: 'during' })]);
      server.crash();
      await to.alerts.upsert([newAlert({ id: 'never' })]);
    });
    await expect(caught).rejects.toMatchObject(gone);
    await expect(store.alerts.page({})).rejects.toMatchObject(gone);
    await expect(store.ping()).rejects.toMatchObject(gone);
    await expect(openStore(url)).rejects.toMatchObject(gone);

    server.start();
    await store.ping();
    expect((await store.alerts.page({})).items.map(({ id }) => id)).toEqual(['before']);
    await store.alerts.upsert([newAlert({ id: 'after' })]);
  });

  it('ends one of two transactions that wait for each other', async () => {
    const open = async (name: string) => (await store.sources.open({ name, kind: 'file', format: 'text' })).id;
    const [a, b] = [await open('a'), await open('b')];
    const progress = { generation: 'g', position: null, lines: 1 };
    let meet = (): void => {};
    const both = new Promise<void>((resolve) => {
      let arrived = 0;
      meet = () => {
        arrived++;
        if (arrived === 2) resolve();
      };
    });
    const crossing = (first: number, second: number) =>
      store.transaction(async (to) => {
        await to.sources.advance(first, progress);
        meet();
        await both;
        await to.sources.advance(second, progress);
      });
    const ends = await Promise.allSettled([crossing(a, b), crossing(b, a)]);
    const failed = ends.filter((end) => end.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toMatchObject({ code: 'E_STORE_BUSY', data: { retry: true } });
    expect([(await store.sources.get(a))?.lines, (await store.sources.get(b))?.lines]).toEqual([1, 1]);
  });

  it('says what is wrong with a URL, and never the password', async () => {
    const socket = new URLSearchParams(url.split('?')[1]).get('host') ?? '';
    const noDatabase = openStore(`postgres://caracal:secret@/nothing?host=${socket}`);
    await expect(noDatabase).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE', data: { retry: false } });
    await expect(noDatabase).rejects.not.toThrow(/secret/);
    const nobody = openStore('postgres://caracal:secret@127.0.0.1:1/caracal');
    await expect(nobody).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE', data: { retry: true } });
    await expect(openStore('postgres://[bad/x')).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});

describe('errors of PostgreSQL', () => {
  const cases = [
    ['53100', 'E_STORE_FULL', true],
    ['40001', 'E_STORE_BUSY', true],
    ['57P01', 'E_STORE_UNAVAILABLE', true],
    ['28P01', 'E_STORE_UNAVAILABLE', false],
    ['XX001', 'E_STORE_CORRUPT', false],
    ['23505', 'E_STORE_CONFLICT', false],
    ['42601', 'E_INTERNAL', undefined],
  ] as const;
  it.each(cases)('%s is %s', (state, code, retry) => {
    const error = Object.assign(new Error('what it says'), { code: state });
    expect(postgresError(error, 'postgres://host/name')).toMatchObject({ code, data: { state } });
    expect(postgresError(error, 'postgres://host/name').data.retry).toBe(retry);
  });
});
