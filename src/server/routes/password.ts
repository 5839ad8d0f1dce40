import { z } from '@hono/zod-openapi';
import { addressOf } from '../address.ts';
import { writeCookie } from '../cookie.ts';
import { type AppParts, auditEntry } from '../dependencies.ts';
import type { Login } from '../login.ts';
import { hashPassword } from '../password.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { password } from '../schemas/people.ts';

/** What people change of themselves. */
export function passwordRoutes({ store, limits, secureCookies }: AppParts, login: Login): Route[] {
  return [
    route({
      ...{ method: 'post', path: '/api/v1/session/password', access: 'viewer', tag: 'Session' },
      summary: 'Change your own password; ends all your sessions',
      body: z.strictObject({ password: z.string().min(1).max(1024), next: password }).openapi('PasswordChange'),
      async handle({ body, actor, context }) {
        const { name } = actor;
        if (actor.identity !== `user:${name}`) throw new Problem(403, 'A token has no password. Log in as a user.');
        try {
          await login.check({ user: name, password: body.password }, addressOf(context));
        } catch (error) {
          // The session is as good as before: only the password is not.
          if (error instanceof Problem && error.status === 401)
            throw new Problem(403, 'The password is wrong. Try again.');
          throw error;
        }
        const passwordHash = await hashPassword(body.next, limits.passwordCost);
        await store.transaction(async (to) => {
          await to.users.change(name, { passwordHash });
          await to.audit.append(auditEntry(actor, 'session.password', `user:${name}`));
        });
        return new Response(null, { status: 204, headers: { 'set-cookie': writeCookie('', 0, secureCookies) } });
      },
    }),
  ];
}
