import { upgradeWebSocket } from '@hono/node-server';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { WebSocket } from 'ws';
import { authenticate } from '../authenticate.ts';
import type { AppParts } from '../dependencies.ts';
import { EVENT_STREAM, eventStream } from '../live/event-stream.ts';
import type { LiveHub } from '../live/hub.ts';
import { feedSocket } from '../live/socket.ts';
import { isSameOrigin } from '../origin.ts';
import { Problem } from '../problem.ts';
import { type AppEnv, type Route, route } from '../route.ts';

/** What happens, as it happens. */
export function liveRoutes({ store, secureCookies }: AppParts, hub: LiveHub): Route[] {
  const tag = 'Live';
  const access = 'viewer';
  const stillWelcome = (context: Context<AppEnv>) => {
    const request = new Request('http://caracal', { headers: context.req.raw.headers });
    return () => authenticate(request, store, secureCookies);
  };
  return [
    route({
      ...{ method: 'get', path: '/api/v1/live', access, tag },
      summary: 'Alerts, windows, verdicts, counters and status as they happen, over a WebSocket',
      description:
        'A LiveMessage as JSON in each frame; the first says where the service stands. ' +
        '`resync` says that messages were left out: read anew what is shown.',
      query: z.strictObject({ returning: z.literal('true').optional() }),
      gives: 'application/json',
      async handle({ actor, query, context }) {
        if (context.req.header('upgrade')?.toLowerCase() !== 'websocket') {
          throw notUpgraded();
        }
        // Browsers send cookies along with a WebSocket of any site.
        const byCookie = actor.session !== null;
        if (!isSameOrigin(context.req.raw) || (byCookie && context.req.header('origin') === undefined)) {
          throw new Problem(403, 'The request came from another site. Open it from this one.');
        }
        const client = hub.join(actor, query.returning === 'true', stillWelcome(context));
        // Also where the handshake fails after all.
        context.env.incoming?.socket.once('close', client.leave);
        const upgrade = upgradeWebSocket(() => ({
          onOpen: (_, { raw }) => void feedSocket(raw as WebSocket, client),
        }));
        const response = await upgrade(context, async () => {});
        if (response?.ok) return response;
        client.leave();
        throw notUpgraded();
      },
    }),
    route({
      ...{ method: 'get', path: '/api/v1/live/sse', access, tag },
      summary: 'The same as server-sent events',
      gives: 'text/event-stream',
      handle({ actor, context }) {
        // A look at the headers joins nothing.
        if (context.req.raw.method === 'HEAD') return new Response(null, { headers: EVENT_STREAM });
        return eventStream(hub.join(actor, context.req.header('last-event-id') !== undefined, stillWelcome(context)));
      },
    }),
  ];
}

// --- internal ---

function notUpgraded(): Problem {
  const headers = { upgrade: 'websocket', connection: 'upgrade' };
  return new Problem(426, 'This is a WebSocket. Use one, or GET /api/v1/live/sse.', { headers });
}
