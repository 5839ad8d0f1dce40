import { beforeAll, expect, it } from 'vitest';
import { openStore } from '../open-store.ts';
import { newAlert } from './sample-alerts.case.ts';
import type { StoreTests, TestStore } from './store-tests.case.ts';

/** All or nothing, and what others see meanwhile. */
export function transactionCases(tests: StoreTests): void {
  let test: TestStore;
  let source: number;
  beforeAll(async () => {
    test = await tests.fresh();
    source = (await test.store.sources.open({ name: 's', kind: 'file', format: 'text' })).id;
  });
  const line = { time: 1, host: null, app: null, level: null, template: null, text: 'x', sequence: 0 };

  it('holds positions, results and the checkpoint together', async () => {
    const { store } = test;
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
    const write = (version: number, fail: boolean) =>
      store.transaction(async (to) => {
        await to.records.append([{ ...line, source }]);
        await to.alerts.upsert([newAlert({ id: `alert ${version}` })]);
        await to.counts.add([{ time: 0, source, channel: 'c', events: 10, flagged: 1 }]);
        await to.sources.advance(source, { generation: 'g', position: version, lines: 1 });
        const written = await to.checkpoints.write('main', bytes.subarray(version), version);
        // What was written is seen inside.
        expect((await to.alerts.get(`alert ${version}`))?.status).toBe('open');
        if (fail) throw new Error('the power went');
        return written;
      });
    expect(await write(0, false)).toBe(1);
    await expect(write(1, true)).rejects.toThrow('the power went');
    expect(await store.checkpoints.read('main')).toEqual({ version: 1, bytes, saved: test.clock.now });
    expect(await store.sources.get(source)).toMatchObject({ position: 0, lines: 1 });
    expect((await store.alerts.counts({})).total).toBe(1);
    expect((await store.records.page({ source: [source] })).items).toHaveLength(1);
    expect((await store.counts.range({ from: 0, to: 1 })).points).toMatchObject([{ events: 10 }]);
    expect(await write(1, false)).toBe(2);
  });

  it('lets others read while it writes, and see nothing of it before its end', async () => {
    const { store } = test;
    await store.transaction(async (to) => {
      await to.alerts.upsert([newAlert({ id: 'unseen' })]);
      expect(await store.alerts.get('unseen')).toBeNull();
      await store.ping();
    });
    expect(await store.alerts.get('unseen')).not.toBeNull();
  });

  it('lets writers wait for each other', async () => {
    const { store } = test;
    const { id } = await store.sources.open({ name: 'busy', kind: 'file', format: 'text' });
    await Promise.all(
      Array.from({ length: 20 }, () =>
        store.transaction(async (to) => {
          const before = (await to.sources.get(id))?.lines ?? 0;
          await to.sources.advance(id, { generation: 'g', position: before, lines: 1 });
        }),
      ),
    );
    expect((await store.sources.get(id))?.lines).toBe(20);
  });

  it('says so when a transaction writes past itself', async () => {
    const { store } = test;
    const past = store.transaction(async () => {
      await store.alerts.upsert([newAlert({ id: 'past' })]);
    });
    await expect(past).rejects.toMatchObject({ code: 'E_INTERNAL' });
    expect(await store.alerts.get('past')).toBeNull();
    await store.alerts.upsert([newAlert({ id: 'after' })]);
  });

  it('does not let a transaction hold in which a statement failed', async () => {
    const { store } = test;
    const spoiled = { code: 'E_INTERNAL', message: expect.stringContaining('Let the error through') };
    for (const goesOn of [false, true]) {
      const half = store.transaction(async (to) => {
        await to.alerts.upsert([newAlert({ id: 'half' })]);
        await to.sessions.start({ user: 'nobody' }, 1).catch(() => undefined);
        if (goesOn) await to.alerts.upsert([newAlert({ id: 'more' })]);
      });
      await expect(half).rejects.toMatchObject(spoiled);
    }
    expect([await store.alerts.get('half'), await store.alerts.get('more')]).toEqual([null, null]);
    await store.alerts.upsert([newAlert({ id: 'whole' })]);
  });

  it('lets only one of two processes go on from a checkpoint', async () => {
    const url = await tests.url();
    const stores = await Promise.all([openStore(url), openStore(url), openStore(url)]);
    const [one, other] = stores;
    try {
      await one?.checkpoints.write('main', new Uint8Array([1]), 0);
      await expect(other?.checkpoints.write('main', new Uint8Array([2]), 0)).rejects.toMatchObject({
        code: 'E_STORE_CONFLICT',
        data: { retry: false },
      });
      expect(await other?.checkpoints.write('main', new Uint8Array([3]), 1)).toBe(2);
      expect((await one?.checkpoints.read('main'))?.bytes).toEqual(new Uint8Array([3]));
      expect(await one?.checkpoints.read('other')).toBeNull();
    } finally {
      for (const store of stores) await store.close();
    }
  });
}
