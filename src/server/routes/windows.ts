import { z } from '@hono/zod-openapi';
import type { AppParts } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import { alert, entityOf } from '../schemas/alerts.ts';
import {
  entityKind,
  idParam,
  listOf,
  manyQuery,
  nameQuery,
  namesQuery,
  pageOf,
  pageQuery,
  rangeQuery,
  sourcesQuery,
  status,
  textQuery,
} from '../schemas/common.ts';
import { flaggedEvent, record, recordBody } from '../schemas/records.ts';
import { verdict } from '../schemas/verdicts.ts';
import { huntWindow, preview, previewRequest, windowState } from '../schemas/windows.ts';
import { found } from './found.ts';

/** Windows of time that are worth hunting in, with all that belongs to them. */
export function windowRoutes({ store, service }: AppParts): Route[] {
  const tag = 'Windows';
  const access = 'viewer';
  const windowOf = async (id: string) => found(await store.windows.get(id), `window ${id}`);
  return [
    route({
      ...{ method: 'get', path: '/api/v1/windows', access, tag },
      summary: 'Windows, the highest score or the latest first',
      query: z.strictObject({
        ...rangeQuery,
        state: windowState.optional(),
        status: manyQuery(status, { type: 'string', enum: status.options }).optional(),
        entityKind: entityKind.optional(),
        entityValue: nameQuery.optional(),
        ...pageQuery,
        order: z.enum(['score', 'time']).default('score'),
      }),
      returns: pageOf(huntWindow),
      handle: ({ query: { cursor, limit, order, from, to, state, status, ...named } }) =>
        store.windows.page({ from, to, state, status, entity: entityOf(named) }, { cursor, limit, order }),
    }),
    route({
      ...{ method: 'post', path: '/api/v1/windows/preview', access, tag },
      summary: 'What the windows of a time would be with other settings; saves nothing',
      body: previewRequest,
      returns: preview,
      handle: ({ body }) => service.preview(body),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/windows/{id}', access, tag },
      summary: 'One window',
      params: idParam,
      returns: huntWindow,
      etag: true,
      handle: ({ params: { id } }) => windowOf(id),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/windows/{id}/verdicts', access, tag },
      summary: 'All that was said of a window, the latest first',
      params: idParam,
      returns: listOf(verdict),
      handle: async ({ params: { id } }) => ({ items: await store.verdicts.history({ kind: 'window', id }) }),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/windows/{id}/records', access, tag },
      summary: 'The lines of its time, the latest first',
      params: idParam,
      query: z.strictObject({
        source: sourcesQuery.optional(),
        host: namesQuery.optional(),
        text: textQuery.optional(),
        ...pageQuery,
      }),
      returns: pageOf(record),
      async handle({ params: { id }, query: { cursor, limit, ...filter } }) {
        const { start, end } = await windowOf(id);
        const page = await store.records.page({ ...filter, from: start, to: end }, { cursor, limit });
        return { ...page, items: page.items.map(recordBody) };
      },
    }),
    route({
      ...{ method: 'get', path: '/api/v1/windows/{id}/events', access, tag },
      summary: 'The flagged events that made it, the latest first',
      params: idParam,
      query: z.strictObject(pageQuery),
      returns: pageOf(flaggedEvent),
      handle: ({ params: { id }, query }) => store.events.page({ window: id }, query),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/windows/{id}/alerts', access, tag },
      summary: 'The alerts in it, the most urgent first',
      params: idParam,
      query: z.strictObject(pageQuery),
      returns: pageOf(alert),
      handle: ({ params: { id }, query }) => store.alerts.page({ window: id }, { ...query, order: 'priority' }),
    }),
  ];
}
