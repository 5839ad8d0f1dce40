import { beforeEach, expect, it } from 'vitest';
import { newAlert } from './sample-alerts.case.ts';
import { newWindow } from './sample-windows.case.ts';
import { everyPage, type StoreTests, type TestStore } from './store-tests.case.ts';

const alert = { kind: 'alert', id: 'a' } as const;

/** What people say, and what follows from it. */
export function verdictCases(tests: StoreTests): void {
  let test: TestStore;
  beforeEach(async () => {
    test ??= await tests.fresh();
  });
  const status = async (id = 'a') => (await test.store.alerts.get(id))?.status;

  it('lets the latest verdict hold, and overwrites none', async () => {
    const { alerts, verdicts } = test.store;
    await alerts.upsert([newAlert({ id: 'a' })]);
    expect(await status()).toBe('open');
    const first = await verdicts.give({ target: alert, verdict: 'true-positive', author: 'ann', reason: 'it was me' });
    const second = await verdicts.give({ target: alert, verdict: 'not-evaluable', author: 'bob', reason: 'no logs' });
    expect(await status()).toBe('not-evaluable');

    test.clock.now += 1000;
    const undone = await verdicts.undo(second.id, { author: 'ann', reason: 'there are logs' });
    expect(undone).toEqual({ ...second, undone: { time: test.clock.now, author: 'ann', reason: 'there are logs' } });
    expect(await status()).toBe('true-positive');
    expect(await verdicts.history(alert)).toEqual([undone, first]);
    await expect(verdicts.undo(second.id, { author: 'ann', reason: '' })).rejects.toMatchObject({
      code: 'E_STORE_CONFLICT',
    });
    await verdicts.undo(first.id, { author: 'ann', reason: 'asleep' });
    expect(await status()).toBe('open');
    expect(await verdicts.history(alert)).toHaveLength(2);
    expect(await everyPage((cursor) => verdicts.page({ cursor, limit: 1 }))).toHaveLength(2);
  });

  it('ends a verdict when it expires, and lets the one before it hold again', async () => {
    const { alerts, verdicts } = test.store;
    await alerts.upsert([newAlert({ id: 'b' })]);
    const target = { kind: 'alert', id: 'b' } as const;
    await verdicts.give({ target, verdict: 'true-positive', author: 'ann', reason: '' });
    const expires = test.clock.now + 5000;
    await verdicts.give({ target, verdict: 'benign-expected', author: 'bob', reason: 'maintenance', expires });
    expect(await alerts.get('b')).toMatchObject({ status: 'benign-expected', statusUntil: expires });
    expect(await verdicts.expire()).toBe(0);
    test.clock.now = expires;
    expect([await verdicts.expire(), await verdicts.expire()]).toEqual([1, 0]);
    expect(await alerts.get('b')).toMatchObject({ status: 'true-positive', statusUntil: null });
  });

  it('keeps a verdict when the alert comes again with more events', async () => {
    const { alerts, verdicts } = test.store;
    await alerts.upsert([newAlert({ id: 'c' })]);
    const target = { kind: 'alert', id: 'c' } as const;
    await verdicts.give({ target, verdict: 'false-positive', author: 'ann', reason: 'backup' });
    await alerts.upsert([newAlert({ id: 'c', count: 99 })]);
    expect(await alerts.get('c')).toMatchObject({ status: 'false-positive', count: 99, revision: 2 });
    const { items } = await alerts.page({ status: ['false-positive'] });
    expect(items.map(({ id }) => id)).toEqual(['c']);
  });

  it('judges windows too, and nothing that is not there', async () => {
    const { windows, verdicts } = test.store;
    await windows.upsert([newWindow({ id: 'w' })]);
    const given = { verdict: 'true-positive', author: 'ann', reason: '' } as const;
    await verdicts.give({ target: { kind: 'window', id: 'w' }, ...given });
    expect((await windows.page({ status: ['true-positive'] })).items).toHaveLength(1);
    for (const kind of ['alert', 'window'] as const) {
      const target = { kind, id: 'nobody' };
      await expect(verdicts.give({ target, ...given })).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
      expect(await verdicts.history(target)).toEqual([]);
    }
  });

  it('shows what a rule would have silenced before it is made', async () => {
    const { alerts, suppressions, verdicts } = test.store;
    await alerts.upsert(
      Array.from({ length: 30 }, (_, i) =>
        newAlert({
          ...{ id: `r${i}`, time: 10_000 + i, detector: i < 25 ? 'deeplog' : 'quantity', reason: `backup of day ${i}` },
          entities: [{ kind: 'host', value: i % 2 === 0 ? 'backup1' : 'backup2' }],
        }),
      ),
    );
    const given = { author: 'ann', reason: '' };
    for (const id of ['r4', 'r5', 'r26']) {
      await verdicts.give({ target: { kind: 'alert', id }, verdict: 'true-positive', ...given });
    }
    await verdicts.give({ target: { kind: 'alert', id: 'r6' }, verdict: 'false-positive', ...given });
    const match = { detector: ['deeplog'], host: 'backup1', text: 'BACKUP' };
    const receipt = await suppressions.receipt(match, { from: 10_002 });
    expect(receipt).toMatchObject({ silenced: 12, confirmed: 1, confirmedAlerts: [{ id: 'r4' }] });
    expect(receipt.examples.map(({ id }) => id).slice(0, 2)).toEqual(['r24', 'r22']);
    expect(receipt.examples).toHaveLength(12);
    await expect(suppressions.receipt({})).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('knows which rules are in force', async () => {
    const { suppressions } = test.store;
    const rule = { match: { host: 'backup1', source: [1] }, author: 'ann', reason: 'nightly backup' };
    const temporary = await suppressions.add({ ...rule, expires: test.clock.now + 100 });
    test.clock.now += 1;
    const lasting = await suppressions.add(rule);
    expect(await suppressions.active()).toEqual([temporary, lasting]);
    expect(lasting).toEqual({ ...rule, id: lasting.id, created: test.clock.now, expires: null, revoked: null });
    test.clock.now += 100;
    expect(await suppressions.active()).toEqual([lasting]);
    await suppressions.revoke(lasting.id, 'bob');
    expect(await suppressions.active()).toEqual([]);
    expect(await suppressions.list()).toEqual([
      { ...lasting, revoked: { time: test.clock.now, author: 'bob' } },
      temporary,
    ]);
    await expect(suppressions.revoke(lasting.id, 'bob')).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
    await expect(suppressions.add({ ...rule, match: { host: undefined } })).rejects.toMatchObject({ code: 'E_USAGE' });
  });
}
