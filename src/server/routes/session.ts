import { addressOf } from '../address.ts';
import { csrfOf } from '../authenticate.ts';
import { writeCookie } from '../cookie.ts';
import type { AppParts } from '../dependencies.ts';
import type { Credentials, Login, Welcome } from '../login.ts';
import { isSameOrigin } from '../origin.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { credentials, type SessionBody, session } from '../schemas/people.ts';

/** Logging in and out. */
export function sessionRoutes({ store, clock, limits, secureCookies }: AppParts, login: Login): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/session',
      access: 'public',
      tag: 'Session',
      summary: 'Log in with a token, or with user and password',
      body: credentials,
      returns: session,
      async handle({ body, context }) {
        const request = context.req.raw;
        // Nobody is to be logged in as somebody else by another site.
        if (!isSameOrigin(request)) throw new Problem(403, 'The request came from another site. Log in on this one.');
        const welcome = await welcomed(body, addressOf(context));
        const { owner, name, expires } = welcome;
        const until = Math.min(clock.now() + limits.session, expires ?? Number.POSITIVE_INFINITY);
        const secret = await store.transaction(async (to) => {
          await to.sessions.expire();
          await to.audit.append({ actor: name, action: 'session.start', target: name, detail: { until } });
          return to.sessions.start(owner, until);
        });
        const found = await store.sessions.find(secret);
        if (!found || found.role === 'sender') throw new Problem(401, 'The account ended just now. Log in again.');
        const answer: SessionBody = { user: name, role: found.role, csrf: csrfOf(secret), expires: until };
        const cookie = writeCookie(secret, Math.floor((until - clock.now()) / 1000), secureCookies);
        return new Response(JSON.stringify(answer), {
          headers: { 'content-type': 'application/json', 'set-cookie': cookie },
        });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/session',
      access: 'viewer',
      tag: 'Session',
      summary: 'Who is logged in',
      returns: session,
      handle({ actor }) {
        const { name, role, session, expires } = actor;
        if (role === 'sender') throw new Problem(403, 'This token only brings lines.');
        return { user: name, role, csrf: session === null ? '' : csrfOf(session), expires };
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/session',
      access: 'viewer',
      tag: 'Session',
      summary: 'Log out',
      async handle({ actor }) {
        const { session } = actor;
        if (session !== null) {
          await store.transaction(async (to) => {
            await to.sessions.end(session);
            await to.audit.append({ actor: actor.name, action: 'session.end', target: actor.name });
          });
        }
        return new Response(null, { status: 204, headers: { 'set-cookie': writeCookie('', 0, secureCookies) } });
      },
    }),
  ];

  /** Failed attempts are written down too; how many there can be is bounded before. */
  async function welcomed(given: Credentials, address: string): Promise<Welcome> {
    try {
      return await login.check(given, address);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        const target = 'user' in given ? `user:${given.user}` : 'token';
        // No name that a user can have: nobody knows who it was.
        await store.audit.append({ actor: '(anonymous)', action: 'session.refuse', target, detail: { address } });
      }
      throw error;
    }
  }
}
