import { describe, expect, it } from 'vitest';
import { workspace } from '../../test/support/workspace.ts';
import { openStore } from '../store/index.ts';
import { ensureAdmin, hashPassword } from './index.ts';
import { verifyPassword } from './password.ts';
import { testServer } from './server.case.ts';

const server = testServer();
const { path } = workspace();

describe('the first start', () => {
  it('makes a token for an administrator once, and again only when nobody is left', async () => {
    const store = await openStore(path('first.db'));
    const secret = await ensureAdmin(store);
    expect(await store.tokens.find(secret ?? '')).toMatchObject({ role: 'admin', state: 'valid' });
    expect(await ensureAdmin(store)).toBeNull();
    const trail = await store.audit.page({});
    expect(trail.items).toMatchObject([{ actor: 'caracal', action: 'token.add' }]);
    expect(JSON.stringify(trail)).not.toContain(secret);
    await store.tokens.revoke(1);
    await store.users.add({ name: 'ann', role: 'admin', passwordHash: 'x' });
    expect(await ensureAdmin(store)).toBeNull();
    await store.users.remove('ann');
    expect(await ensureAdmin(store)).not.toBeNull();
    await store.close();
  });
});

describe('passwords', () => {
  it('are told from each other, and never stored', async () => {
    const hash = await hashPassword('pass phrase one', 4);
    expect(hash).toMatch(/^scrypt\$4\$8\$3\$/);
    expect(hash).not.toContain('pass');
    expect(await hashPassword('pass phrase one', 4)).not.toBe(hash);
    expect([await verifyPassword('pass phrase one', hash), await verifyPassword('pass phrase two', hash)]).toEqual([
      true,
      false,
    ]);
    // The same letters, composed in another way by another keyboard.
    expect(await verifyPassword('Cafe\u0301 au lait', await hashPassword('Caf\u00e9 au lait', 4))).toBe(true);
    expect(await verifyPassword('x', 'no hash at all')).toBe(false);
    await expect(hashPassword('short')).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});

describe('administrators', () => {
  it('cannot be left without one', async () => {
    const add = (name: string, role: string) =>
      server.ask('POST', '/api/v1/users', { as: 'admin', body: { name, role, password: 'a long password' } });
    const change = (method: string, name: string, body?: object) =>
      server.ask(method, `/api/v1/users/${name}`, { as: 'admin', body });
    expect((await add('ann', 'admin')).status).toBe(201);
    expect((await add('ann', 'viewer')).status).toBe(409);
    expect((await change('DELETE', 'ann')).status).toBe(409);
    expect((await change('PATCH', 'ann', { role: 'viewer' })).status).toBe(409);
    expect((await server.store.users.get('ann'))?.role).toBe('admin');
    expect((await add('bob', 'admin')).status).toBe(201);
    expect((await change('PATCH', 'ann', { role: 'viewer' })).status).toBe(200);
    expect((await change('DELETE', 'bob')).status).toBe(409);
    expect((await change('DELETE', 'ann')).status).toBe(204);
    expect((await change('DELETE', 'nobody')).status).toBe(404);
    const users = await (await server.ask('GET', '/api/v1/users', { as: 'admin' })).text();
    expect(users).not.toMatch(/scrypt|hash/i);
  });

  it('cannot revoke the last token that could administer where no user can', async () => {
    await server.store.users.remove('bob');
    const tokens = await server.store.tokens.list();
    const admin = tokens.find(({ role, state }) => role === 'admin' && state === 'valid');
    const revoke = () => server.ask('DELETE', `/api/v1/tokens/${admin?.id}`, { as: 'admin' });
    expect((await revoke()).status).toBe(409);
    await server.store.users.add({ name: 'ann', role: 'admin', passwordHash: 'x' });
    expect((await revoke()).status).toBe(204);
    expect((await revoke()).status).toBe(401);
  });
});
