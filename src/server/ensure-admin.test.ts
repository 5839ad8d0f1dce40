import { expect, it } from 'vitest';
import { workspace } from '../../test/support/workspace.ts';
import { openStore } from '../store/index.ts';
import { ensureAdmin, newAdmin } from './ensure-admin.ts';

const { path } = workspace();

it('makes another token of an administrator for who has lost theirs, beside the first', async () => {
  const store = await openStore(path('people.db'));
  try {
    const first = (await ensureAdmin(store)) ?? '';
    expect(await ensureAdmin(store)).toBeNull();
    const second = await newAdmin(store);
    expect(second).not.toBe(first);
    for (const secret of [first, second]) {
      expect(await store.tokens.find(secret)).toMatchObject({ role: 'admin', state: 'valid' });
    }
    expect((await store.audit.page({})).items.map(({ action }) => action)).toEqual(['token.add', 'token.add']);
  } finally {
    await store.close();
  }
});
