import { z } from '@hono/zod-openapi';
import type { AppParts } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import { alert, alertCounts, alertFilter, alertParts, histogramBar, valueCount } from '../schemas/alerts.ts';
import { idParam, integerQuery, listOf, pageOf, pageQuery } from '../schemas/common.ts';
import { flaggedEvent } from '../schemas/records.ts';
import { verdict } from '../schemas/verdicts.ts';
import { found } from './found.ts';

const DAY = 86_400_000;

/** Alerts: pages, what there are of which, and one with all that belongs to it. */
export function alertRoutes({ store }: AppParts): Route[] {
  const tag = 'Alerts';
  const access = 'viewer';
  return [
    route({
      ...{ method: 'get', path: '/api/v1/alerts', access, tag },
      summary: 'Alerts, the latest or the most urgent first',
      query: z.strictObject({ ...alertParts, ...pageQuery, order: z.enum(['time', 'priority']).default('time') }),
      returns: pageOf(alert),
      handle: ({ query: { cursor, limit, order, ...parts } }) =>
        store.alerts.page(alertFilter(parts), { cursor, limit, order }),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/alerts/counts', access, tag },
      summary: 'How many alerts there are, by each facet',
      query: z.strictObject(alertParts),
      returns: alertCounts,
      handle: ({ query }) => store.alerts.counts(alertFilter(query)),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/alerts/top', access, tag },
      summary: 'The entities or templates that most alerts name',
      query: z.strictObject({
        ...alertParts,
        by: z.enum(['host', 'user', 'address', 'process', 'template']),
        limit: integerQuery(1, 1000).optional(),
      }),
      returns: listOf(valueCount),
      handle: async ({ query: { by, limit, ...parts } }) => ({
        items: await store.alerts.top(by, alertFilter(parts), limit),
      }),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/alerts/histogram', access, tag },
      summary: 'Alerts over time, by severity',
      query: z.strictObject({ ...alertParts, step: integerQuery(1000, 366 * DAY) }),
      returns: listOf(histogramBar),
      handle: async ({ query: { step, ...parts } }) => ({
        items: await store.alerts.histogram(alertFilter(parts), step),
      }),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/alerts/{id}', access, tag },
      summary: 'One alert',
      params: idParam,
      returns: alert,
      etag: true,
      handle: async ({ params: { id } }) => found(await store.alerts.get(id), `alert ${id}`),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/alerts/{id}/verdicts', access, tag },
      summary: 'All that was said of an alert, the latest first',
      params: idParam,
      returns: listOf(verdict),
      handle: async ({ params: { id } }) => ({ items: await store.verdicts.history({ kind: 'alert', id }) }),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/alerts/{id}/events', access, tag },
      summary: 'The flagged events of an alert, the latest first',
      params: idParam,
      query: z.strictObject(pageQuery),
      returns: pageOf(flaggedEvent),
      handle: ({ params: { id }, query }) => store.events.page({ alert: id }, query),
    }),
  ];
}
