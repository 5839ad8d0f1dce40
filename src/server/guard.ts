import type { Context } from 'hono';
import type { Actor } from './access.ts';
import { allows } from './access.ts';
import { addressOf } from './address.ts';
import { authenticate, csrfOf, sameSecret } from './authenticate.ts';
import type { AppParts } from './dependencies.ts';
import { checkHost, isSameOrigin } from './origin.ts';
import { Problem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';
import type { AppEnv, Route } from './route.ts';

/** Decides whether a request is let in. */
export interface Guard {
  /** What every request must pass. @throws Problem 421, 429 */
  door(context: Context<AppEnv>): void;
  /** What a request for a route must pass; gives who asks. @throws Problem 401, 403, 429 */
  route(context: Context<AppEnv>, route: Route): Promise<Actor | null>;
}

export function createGuard({ store, hosts, limits, clock, secureCookies }: AppParts): Guard {
  const addresses = createRateLimit(limits.address, clock.now);
  const identities = createRateLimit(limits.identity, clock.now);
  const pushes = createRateLimit(limits.push, clock.now);
  return {
    door(context) {
      checkHost(context.req.raw, hosts);
      refuseIfTooMany(addresses.take(addressOf(context)));
    },

    async route(context, { access, method, path }) {
      if (access === 'public') return null;
      const request = context.req.raw;
      const actor = await authenticate(request, store, secureCookies);
      refuseIfTooMany((access === 'sender' ? pushes : identities).take(actor.identity));
      if (actor.session !== null && method !== 'get') {
        const given = request.headers.get('x-csrf-token') ?? '';
        if (!isSameOrigin(request))
          throw new Problem(403, 'The request came from another site. Send it from this one.');
        if (!sameSecret(given, csrfOf(actor.session))) {
          throw new Problem(403, 'The X-CSRF-Token is missing or wrong. Take it from GET /api/v1/session.');
        }
      }
      if (!allows(access, actor.role)) {
        throw new Problem(403, `${method.toUpperCase()} ${path} needs the role ${access}; yours is ${actor.role}.`);
      }
      return actor;
    },
  };
}

/** @throws Problem 429 where there is anything to wait for */
export function refuseIfTooMany(wait: number): void {
  if (wait === 0) return;
  const seconds = Math.ceil(wait / 1000);
  throw new Problem(429, `Too many requests. Wait ${seconds} s.`, { headers: { 'retry-after': `${seconds}` } });
}
