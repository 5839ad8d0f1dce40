import { beforeAll, expect, it } from 'vitest';
import { openDatabase, openStore } from '../open-store.ts';
import { newAlert } from './sample-alerts.case.ts';
import { everyPage, type StoreTests, type TestStore } from './store-tests.case.ts';

/** Requests that come twice, notifications that do not get through, programs that start again. */
export function durabilityCases(tests: StoreTests): void {
  let test: TestStore;
  beforeAll(async () => {
    test = await tests.fresh();
  });

  it('knows a request again', async () => {
    const { pushes } = test.store;
    const expires = test.clock.now + 1000;
    expect(await pushes.find('key', 'f1')).toBeNull();
    expect(await pushes.claim('key', 'f1', { accepted: 10 }, expires)).toBeNull();
    expect(await pushes.claim('key', 'f1', { accepted: 0 }, expires)).toEqual({
      same: true,
      response: { accepted: 10 },
    });
    expect(await pushes.claim('key', 'f2', null, expires)).toEqual({ same: false, response: { accepted: 10 } });
    test.clock.now = expires;
    expect(await pushes.find('key', 'f1')).toBeNull();
    expect(await pushes.claim('key', 'f2', 'again', expires + 1)).toBeNull();
    test.clock.now += 1;
    expect([await pushes.expire(), await pushes.expire()]).toEqual([1, 0]);
  });

  it('does what a request asks once, though it comes several times at once', async () => {
    const { store } = test;
    const push = (attempt: number) =>
      store.transaction(async (to) => {
        const known = await to.pushes.claim('at once', 'f', attempt, test.clock.now + 1000);
        if (!known) await to.counts.add([{ time: 0, source: 1, channel: 'push', events: 1, flagged: 0 }]);
        return known;
      });
    const answers = await Promise.all([push(1), push(2), push(3)]);
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect((await store.counts.range({ from: 0, to: 0 })).points).toMatchObject([{ events: 1 }]);
  });

  it('keeps what could not be delivered until it is', async () => {
    const { deadLetters } = test.store;
    const letter = { notifier: 'webhook', alert: 'a', payload: { text: '<b>' }, error: 'HTTP 500', attempts: 5 };
    const first = await deadLetters.add(letter);
    const second = await deadLetters.add({ ...letter, alert: null });
    expect(first).toEqual({
      ...letter,
      id: first.id,
      created: test.clock.now,
      updated: test.clock.now,
      delivered: null,
    });
    test.clock.now += 10;
    await deadLetters.failed(first.id, 'HTTP 503');
    await deadLetters.delivered(second.id);
    const waiting = await everyPage((cursor) => deadLetters.page({}, { cursor, limit: 1 }));
    expect(waiting).toEqual([{ ...first, error: 'HTTP 503', attempts: 6, updated: test.clock.now }]);
    expect((await deadLetters.page({ delivered: true })).items).toMatchObject([{ id: second.id }]);
    expect(await deadLetters.forget(test.clock.now)).toBe(0);
    expect([await deadLetters.forget(test.clock.now + 1), await deadLetters.forget(test.clock.now + 1)]).toEqual([
      1, 0,
    ]);
    expect(await deadLetters.page()).toMatchObject({ items: [{ id: first.id }] });
  });

  it('lets nobody rewrite verdicts or the audit trail, past the store neither', async () => {
    const url = await tests.url();
    const store = await openStore(url);
    await store.alerts.upsert([newAlert({ id: 'a' })]);
    const given = { author: 'ann', reason: '' };
    const target = { kind: 'alert', id: 'a' } as const;
    const { id } = await store.verdicts.give({ target, verdict: 'true-positive', ...given });
    await store.verdicts.undo(id, given);
    await store.audit.append({ actor: 'ann', action: 'x', target: 'y' });
    await store.close();

    const { write, close } = await openDatabase(url);
    for (const table of ['verdicts', 'verdict_undos', 'audit'] as const) {
      const change = table === 'audit' ? { actor: 'bob' } : { author: 'bob' };
      for (const query of [write.deleteFrom(table), write.updateTable(table).set(change)]) {
        await expect(query.execute()).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
      }
    }
    await close();
  });

  it('has everything when it is opened again', async () => {
    const url = await tests.url();
    const before = await openStore(url);
    await before.alerts.upsert([newAlert({ id: 'kept' })]);
    await before.close();
    const after = await openStore(url);
    try {
      expect(await after.alerts.get('kept')).toMatchObject({ id: 'kept', status: 'open' });
    } finally {
      await after.close();
    }
    await expect(after.ping()).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE' });
  });
}
