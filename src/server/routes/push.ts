import { addressOf } from '../address.ts';
import type { AppParts } from '../dependencies.ts';
import { type Route, route } from '../route.ts';

const PATHS = [
  ['/api/v1/push', 'Send lines, or objects of JSON'],
  ['/api/v1/push/loki/api/v1/push', "Send lines in Loki's JSON form"],
  ['/api/v1/push/v1/logs', 'Send lines as OTLP/HTTP logs in JSON'],
] as const;

/** Where programs bring lines. The source behind it bounds bodies and time, and answers when they are durable. */
export function pushRoutes({ service }: AppParts): Route[] {
  return PATHS.map(([path, summary]) =>
    route({
      ...{ method: 'post', path, access: 'sender', tag: 'Push', summary },
      description:
        'With an `Idempotency-Key` a request that comes again is not taken twice. docs/stream.md has the forms.',
      takes: ['application/x-ndjson', 'text/plain', 'application/json'],
      gives: 'application/json',
      async handle({ context }) {
        const { method, headers, body } = context.req.raw;
        const { pathname, search } = new URL(context.req.url);
        const answer = await service.push({
          ...{ method, url: pathname + search, headers: Object.fromEntries(headers), peer: addressOf(context) },
          body: body ?? EMPTY,
        });
        const { status } = answer;
        return new Response(status === 204 ? null : answer.body, { status, headers: answer.headers });
      },
    }),
  );
}

// --- internal ---

const EMPTY: AsyncIterable<Uint8Array> = (async function* () {})();
