import { CaracalError } from '../../errors.ts';
import { type AppParts, auditEntry } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import { listOf, numberParam } from '../schemas/common.ts';
import { issuedToken, newToken, token } from '../schemas/people.ts';
import { found } from './found.ts';

/** Tokens of programs, and of whoever starts the service. */
export function tokenRoutes({ store }: AppParts): Route[] {
  const tag = 'People';
  const access = 'admin';
  const path = '/api/v1/tokens';
  return [
    route({
      ...{ method: 'get', path, access, tag },
      summary: 'All tokens, the latest first, without their secrets',
      returns: listOf(token),
      handle: async () => ({ items: await store.tokens.list() }),
    }),
    route({
      ...{ method: 'post', path, access, tag },
      summary: 'Make a token; its secret is shown this once',
      body: newToken,
      returns: issuedToken,
      status: 201,
      handle: ({ body: { name, role, expires }, actor }) =>
        store.transaction(async (to) => {
          const issued = await to.tokens.issue({ name, role, expires, author: actor.name });
          const detail = { name, role, expires: issued.token.expires };
          await to.audit.append(auditEntry(actor, 'token.add', `token:${issued.token.id}`, detail));
          return issued;
        }),
    }),
    route({
      ...{ method: 'delete', path: `${path}/{id}`, access, tag },
      summary: 'Revoke a token; ends the sessions that it began',
      params: numberParam,
      handle: ({ params: { id }, actor }) =>
        store.transaction(async (to) => {
          found((await to.tokens.revoke(id)) || null, `token ${id} in force`);
          const admins = (await to.users.list()).filter(({ role }) => role === 'admin').length;
          const valid = (await to.tokens.list()).filter(({ role, state }) => role === 'admin' && state === 'valid');
          if (admins + valid.length === 0) {
            throw new CaracalError('E_STORE_CONFLICT', 'Nobody could administer without this token. Add a user first.');
          }
          await to.audit.append(auditEntry(actor, 'token.revoke', `token:${id}`));
        }),
    }),
  ];
}
