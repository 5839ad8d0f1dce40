import type { Repositories, Store } from '../store/index.ts';

/**
 * Makes a token for an administrator where nobody can administer: on the first start, and
 * after the last one is gone. Its secret is given once and stored nowhere.
 *
 * @returns the secret to show, `null` where there is an administrator already
 */
export function ensureAdmin(store: Store): Promise<string | null> {
  return store.transaction(async (to) => {
    const users = await to.users.list();
    if (users.some(({ role }) => role === 'admin')) return null;
    const tokens = await to.tokens.list();
    if (tokens.some(({ role, state }) => role === 'admin' && state === 'valid')) return null;
    return issue(to);
  });
}

/** Makes another token for an administrator, for whoever can start the service and has none. */
export function newAdmin(store: Store): Promise<string> {
  return store.transaction(issue);
}

// --- internal ---

/** Who makes it, and what it is called. */
const FIRST = 'caracal';

async function issue(to: Repositories): Promise<string> {
  const { secret, token } = await to.tokens.issue({ name: FIRST, role: 'admin', author: FIRST });
  const detail = { name: FIRST, role: 'admin' };
  await to.audit.append({ actor: FIRST, action: 'token.add', target: `token:${token.id}`, detail });
  return secret;
}
