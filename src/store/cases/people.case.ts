import { beforeAll, expect, it } from 'vitest';
import { everyPage, type StoreTests, type TestStore } from './store-tests.case.ts';

/** Models, runs, users, sessions, tokens, the audit trail. */
export function peopleCases(tests: StoreTests): void {
  let test: TestStore;
  beforeAll(async () => {
    test = await tests.fresh();
  });

  it('has one model of a name in use', async () => {
    const { models } = test.store;
    const detail = { f1: 0.97, notes: ['first'] };
    for (const hash of ['h1', 'h2']) {
      await models.save({ hash, name: 'main', kind: 'deeplog', directory: `/models/${hash}`, detail });
      test.clock.now += 1;
    }
    await models.save({ hash: 'other', name: 'other', kind: 'logmamba', directory: '/models/o', detail: null });
    expect(await models.current('main')).toBeNull();
    await models.promote('h1');
    await models.promote('other');
    await models.promote('h2');
    expect(await models.current('main')).toMatchObject({ hash: 'h2', promoted: test.clock.now, detail });
    expect(await models.get('h1')).toMatchObject({ state: 'retired' });
    await models.promote('h1');
    expect(await models.current('main')).toMatchObject({ hash: 'h1' });
    expect((await models.list()).map(({ hash, state }) => `${hash} ${state}`)).toEqual([
      'other current',
      'h2 retired',
      'h1 current',
    ]);
    await models.save({ hash: 'h1', name: 'main', kind: 'deeplog', directory: '/moved', detail });
    expect(await models.current('main')).toMatchObject({ hash: 'h1', directory: '/moved' });
    await expect(models.promote('h3')).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
  });

  it('follows long work to its end, or to the end of the program', async () => {
    const { runs } = test.store;
    const first = await runs.start('train', { epochs: 0 });
    await runs.update(first.id, { detail: { epochs: 3 } });
    await runs.start('replay', null);
    test.clock.now += 50;
    await runs.update(first.id, { state: 'done' });
    expect(await runs.stopAll()).toBe(1);
    const all = await everyPage((cursor) => runs.page({ cursor, limit: 1 }));
    expect(all).toMatchObject([
      { kind: 'replay', state: 'stopped', ended: test.clock.now, detail: null },
      { kind: 'train', state: 'done', ended: test.clock.now, detail: { epochs: 3 } },
    ]);
  });

  it('knows users by name, one of each', async () => {
    const { users } = test.store;
    const ann = await users.add({ name: 'ann', role: 'admin', passwordHash: 'scrypt$1' });
    expect(ann).toEqual({ name: 'ann', role: 'admin', passwordHash: 'scrypt$1', created: test.clock.now });
    const again = users.add({ name: 'ann', role: 'viewer', passwordHash: 'scrypt$2' });
    await expect(again).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
    expect(await users.get('ann')).toEqual(ann);
    expect(await users.get("ann' --")).toBeNull();
    expect(await users.change('ann', { role: 'analyst' })).toMatchObject({ role: 'analyst', passwordHash: 'scrypt$1' });
    expect(await users.change('ann', { passwordHash: 'scrypt$3' })).toMatchObject({ role: 'analyst' });
    await expect(users.change('bob', { role: 'admin' })).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
    expect((await users.list()).map(({ name }) => name)).toEqual(['ann']);
    expect([await users.remove('ann'), await users.remove('ann')]).toEqual([true, false]);
  });

  it('ends sessions with their time, with the user, and when what the user may do changes', async () => {
    const { sessions, users } = test.store;
    await users.add({ name: 'eve', role: 'viewer', passwordHash: 'x' });
    const start = () => sessions.start({ user: 'eve' }, test.clock.now + 1000);
    const [first, second, third] = [await start(), await start(), await start()];
    expect(await sessions.find(first)).toMatchObject({ user: 'eve', role: 'viewer', expires: test.clock.now + 1000 });
    await sessions.end(first);
    expect([await sessions.find(first), (await sessions.find(second))?.user]).toEqual([null, 'eve']);
    await users.change('eve', { role: 'analyst' });
    expect([await sessions.find(second), await sessions.find(third)]).toEqual([null, null]);
    const fourth = await start();
    test.clock.now += 1000;
    expect(await sessions.find(fourth)).toBeNull();
    expect([await sessions.expire(), await sessions.expire()]).toEqual([1, 0]);
    const fifth = await start();
    const sixth = await start();
    await sessions.endAll('eve');
    expect([await sessions.find(fifth), await sessions.find(sixth)]).toEqual([null, null]);
    const seventh = await start();
    await users.remove('eve');
    expect(await sessions.find(seventh)).toBeNull();
    await expect(sessions.start({ user: 'nobody' }, 1)).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
  });

  it('ends a session that was started with a token when the token ends', async () => {
    const { store, clock } = await tests.fresh();
    const { sessions, tokens } = store;
    const { token } = await tokens.issue({ name: 'first', role: 'admin', author: 'caracal' });
    const short = await tokens.issue({ name: 'short', role: 'viewer', author: 'ann', expires: clock.now + 10 });
    const later = clock.now + 1000;
    const first = await sessions.start({ token: token.id }, later);
    const second = await sessions.start({ token: short.token.id }, later);
    expect(await sessions.find(first)).toMatchObject({ user: 'first', role: 'admin', token: token.id, expires: later });
    clock.now += 10;
    expect([await sessions.find(second), (await sessions.find(first))?.user]).toEqual([null, 'first']);
    await tokens.revoke(token.id);
    expect(await sessions.find(first)).toBeNull();
    await expect(sessions.start({ token: 12_345 }, later)).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
  });

  it('knows a token by its secret, and says what became of it', async () => {
    const { tokens } = test.store;
    const expires = test.clock.now + 10;
    const short = await tokens.issue({ name: 'ci', role: 'viewer', author: 'ann', expires });
    const long = await tokens.issue({ name: 'agent', role: 'analyst', author: 'ann' });
    expect(await tokens.find(short.secret)).toEqual(short.token);
    expect(long.token).toMatchObject({ name: 'agent', state: 'valid', expires: null, revoked: null });
    expect(await tokens.find(`${long.secret}x`)).toBeNull();
    test.clock.now = expires;
    expect([await tokens.revoke(long.token.id), await tokens.revoke(long.token.id)]).toEqual([true, false]);
    expect((await tokens.find(short.secret))?.state).toBe('expired');
    expect((await tokens.list()).map(({ state }) => state)).toEqual(['revoked', 'expired']);
    expect(JSON.stringify(await tokens.list())).not.toContain(long.secret);
  });

  it('keeps what was set, by name', async () => {
    const { settings } = test.store;
    expect(await settings.read('service')).toBeNull();
    await settings.write('service', { alpha: 1 });
    await settings.write('service', { alpha: 2, notify: [] });
    expect(await settings.read('service')).toEqual({ alpha: 2, notify: [] });
  });

  it('writes down who did what', async () => {
    const { audit } = test.store;
    const start = test.clock.now;
    for (let i = 0; i < 6; i++) {
      test.clock.now += 100;
      const actor = i % 2 === 0 ? 'ann' : 'token:ci';
      await audit.append({
        actor,
        action: 'verdict.give',
        target: `alert:${i}`,
        ...(i === 0 ? {} : { detail: { i } }),
      });
    }
    const all = await everyPage((cursor) => audit.page({}, { cursor, limit: 4 }));
    expect(all.map(({ detail }) => detail)).toEqual([{ i: 5 }, { i: 4 }, { i: 3 }, { i: 2 }, { i: 1 }, null]);
    const ofAnn = await audit.page({ actor: 'ann', from: start + 200, to: start + 500 });
    expect(ofAnn.items.map(({ target }) => target)).toEqual(['alert:4', 'alert:2']);
    expect((await audit.page({ target: 'alert:3' })).items).toHaveLength(1);
  });
}
