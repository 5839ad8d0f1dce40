import { z } from '@hono/zod-openapi';
import type { AppParts } from '../dependencies.ts';
import type { LiveHub } from '../live/hub.ts';
import { metricsText } from '../metrics.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';

/** For whatever watches over the process. */
export function probeRoutes({ store, service, version, answers }: AppParts, hub: LiveHub): Route[] {
  const tag = 'Probes';
  return [
    route({
      ...{ method: 'get', path: '/health', access: 'public', tag },
      summary: 'Whether the process is alive',
      returns: z.object({ status: z.literal('alive') }),
      handle: () => ({ status: 'alive' as const }),
    }),
    route({
      ...{ method: 'get', path: '/ready', access: 'public', tag },
      summary: 'Whether the store answers and lines are taken in; 503 otherwise',
      returns: z.object({ status: z.literal('ready') }),
      async handle() {
        const { phase } = service.status();
        const headers = { 'retry-after': '5' };
        if (phase !== 'learning' && phase !== 'live') throw new Problem(503, `The service is ${phase}.`, { headers });
        await store.ping();
        return { status: 'ready' as const };
      },
    }),
    route({
      ...{ method: 'get', path: '/metrics', access: 'viewer', tag },
      summary: 'Counters in the text form of Prometheus',
      gives: 'text/plain',
      handle() {
        const text = metricsText(service.status(), { version, answers, liveClients: hub.clients });
        return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
      },
    }),
  ];
}
