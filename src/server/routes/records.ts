import { z } from '@hono/zod-openapi';
import type { AppParts } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import {
  integerQuery,
  listOf,
  manyQuery,
  nameQuery,
  namesQuery,
  numberParam,
  pageOf,
  pageQuery,
} from '../schemas/common.ts';
import { flaggedEvent, record, recordBody, recordParts } from '../schemas/records.ts';
import { found } from './found.ts';

const recordIds = manyQuery(integerQuery(0, Number.MAX_SAFE_INTEGER), { type: 'integer' }, 1000);

/** Raw lines, and the events that were flagged in them. */
export function recordRoutes({ store }: AppParts): Route[] {
  const tag = 'Logs';
  const access = 'viewer';
  const { text: _, ...eventParts } = recordParts;
  return [
    route({
      ...{ method: 'get', path: '/api/v1/records', access, tag },
      summary: 'Search in lines, the latest first',
      description:
        'A page looks at 20,000 lines at most: it may be empty and yet have a cursor. ' +
        'With `id` the lines of these numbers that are still there, in order of time.',
      query: z.strictObject({ ...recordParts, ...pageQuery, id: recordIds.optional() }),
      returns: pageOf(record),
      async handle({ query: { cursor, limit, id, ...filter } }) {
        if (id) {
          const records = await store.records.get(id);
          return { items: records.sort((a, b) => a.time - b.time || a.id - b.id).map(recordBody), cursor: null };
        }
        const page = await store.records.page(filter, { cursor, limit });
        return { ...page, items: page.items.map(recordBody) };
      },
    }),
    route({
      ...{ method: 'get', path: '/api/v1/records/{id}/around', access, tag },
      summary: 'A line with those of its source before and after it',
      params: numberParam,
      query: z.strictObject({ before: integerQuery(0, 500).optional(), after: integerQuery(0, 500).optional() }),
      returns: listOf(record),
      async handle({ params: { id }, query: { before = 20, after = 20 } }) {
        const items = (await store.records.around(id, before, after)).map(recordBody);
        found(items[0], `line ${id}`);
        return { items };
      },
    }),
    route({
      ...{ method: 'get', path: '/api/v1/events', access, tag },
      summary: 'Flagged events, the latest first',
      query: z.strictObject({
        ...eventParts,
        detector: namesQuery.optional(),
        alert: nameQuery.optional(),
        window: nameQuery.optional(),
        ...pageQuery,
      }),
      returns: pageOf(flaggedEvent),
      handle: ({ query: { cursor, limit, ...filter } }) => store.events.page(filter, { cursor, limit }),
    }),
  ];
}
