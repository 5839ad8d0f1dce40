import { CaracalError } from '../../errors.ts';
import type { Repositories, User } from '../../store/index.ts';
import { type AppParts, auditEntry } from '../dependencies.ts';
import { hashPassword } from '../password.ts';
import { type Route, route } from '../route.ts';
import { listOf } from '../schemas/common.ts';
import { changedUser, nameParam, newUser, type UserBody, user } from '../schemas/people.ts';
import { found } from './found.ts';

/** Who may use the service. */
export function userRoutes({ store, limits }: AppParts): Route[] {
  const tag = 'People';
  const access = 'admin';
  const path = '/api/v1/users';
  return [
    route({
      ...{ method: 'get', path, access, tag },
      summary: 'All users, by name',
      returns: listOf(user),
      handle: async () => ({ items: (await store.users.list()).map(shown) }),
    }),
    route({
      ...{ method: 'post', path, access, tag },
      summary: 'Add a user',
      body: newUser,
      returns: user,
      status: 201,
      async handle({ body: { name, role, password }, actor }) {
        const passwordHash = await hashPassword(password, limits.passwordCost);
        return store.transaction(async (to) => {
          const added = await to.users.add({ name, role, passwordHash });
          await to.audit.append(auditEntry(actor, 'user.add', `user:${name}`, { role }));
          return shown(added);
        });
      },
    }),
    route({
      ...{ method: 'patch', path: `${path}/{name}`, access, tag },
      summary: "Change a user's role or password; ends their sessions",
      params: nameParam,
      body: changedUser,
      returns: user,
      async handle({ params: { name }, body: { role, password }, actor }) {
        const hash = password === undefined ? {} : { passwordHash: await hashPassword(password, limits.passwordCost) };
        return store.transaction(async (to) => {
          found(await to.users.get(name), `user ${name}`);
          const changed = await to.users.change(name, { ...hash, ...(role && { role }) });
          await refuseWithoutAdmin(to, changed.role !== 'admin');
          const detail = { ...(role && { role }), password: password !== undefined };
          await to.audit.append(auditEntry(actor, 'user.change', `user:${name}`, detail));
          return shown(changed);
        });
      },
    }),
    route({
      ...{ method: 'delete', path: `${path}/{name}`, access, tag },
      summary: 'Remove a user; ends their sessions',
      params: nameParam,
      handle: ({ params: { name }, actor }) =>
        store.transaction(async (to) => {
          const { role } = found(await to.users.get(name), `user ${name}`);
          await to.users.remove(name);
          await refuseWithoutAdmin(to, role === 'admin');
          await to.audit.append(auditEntry(actor, 'user.remove', `user:${name}`));
        }),
    }),
  ];
}

// --- internal ---

function shown({ name, role, created }: User): UserBody {
  return { name, role, created };
}

/** Undoes the transaction that it is in where it would leave nobody who can administer, or where it takes the last. */
async function refuseWithoutAdmin({ users }: Repositories, concerns: boolean): Promise<void> {
  if (!concerns || (await users.list()).some(({ role }) => role === 'admin')) return;
  throw new CaracalError('E_STORE_CONFLICT', 'There is no other administrator. Make another user one first.');
}
