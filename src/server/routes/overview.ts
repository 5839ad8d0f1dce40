import { z } from '@hono/zod-openapi';
import type { AppParts } from '../dependencies.ts';
import { heatOf } from '../heat.ts';
import { type Route, route } from '../route.ts';
import { integerQuery, namesQuery, sourcesQuery, timeQuery } from '../schemas/common.ts';
import { heat } from '../schemas/heat.ts';
import { countSeries } from '../schemas/records.ts';
import { serviceStatus } from '../schemas/service.ts';

/** Where the service stands, and what happened over time. */
export function overviewRoutes({ store, service }: AppParts): Route[] {
  const tag = 'Overview';
  const access = 'viewer';
  return [
    route({
      ...{ method: 'get', path: '/api/v1/status', access, tag },
      summary: 'Where the service stands',
      returns: serviceStatus,
      handle: () => service.status(),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/counts', access, tag },
      summary: 'Events and flagged events over time',
      query: z.strictObject({
        from: timeQuery,
        to: timeQuery,
        points: integerQuery(1, 5000).optional(),
        source: sourcesQuery.optional(),
        channel: namesQuery.optional(),
        by: z.enum(['source', 'channel']).optional(),
      }),
      returns: countSeries,
      handle: ({ query }) => store.counts.range(query),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/heatmap', access, tag },
      summary: 'The entities that most alerts name, by time: the highest priority of each column',
      query: z.strictObject({
        from: timeQuery,
        to: timeQuery,
        columns: integerQuery(1, 500).optional(),
        by: z.enum(['host', 'user']),
      }),
      returns: heat,
      handle: ({ query }) => heatOf(store.alerts, query),
    }),
  ];
}
