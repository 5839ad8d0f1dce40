import { z } from '@hono/zod-openapi';
import type { AppParts } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import { listOf, numberParam, pageOf, pageQuery } from '../schemas/common.ts';
import { gap, source, sourceBody } from '../schemas/sources.ts';
import { found } from './found.ts';

/** Where lines come from, and what is missing of them. */
export function sourceRoutes({ store, service }: AppParts): Route[] {
  const tag = 'Sources';
  const access = 'viewer';
  const live = (id: number) => service.status().sources.find((source) => source.id === id);
  return [
    route({
      ...{ method: 'get', path: '/api/v1/sources', access, tag },
      summary: 'All sources, and how they are',
      returns: listOf(source),
      handle: async () => ({
        items: (await store.sources.list()).map((stored) => sourceBody(stored, live(stored.id))),
      }),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/sources/{id}', access, tag },
      summary: 'One source',
      params: numberParam,
      returns: source,
      handle: async ({ params: { id } }) => sourceBody(found(await store.sources.get(id), `source ${id}`), live(id)),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/sources/{id}/gaps', access, tag },
      summary: 'Stretches of it that were not seen, the latest first',
      params: numberParam,
      query: z.strictObject(pageQuery),
      returns: pageOf(gap),
      handle: ({ params: { id }, query }) => store.sources.gaps(id, query),
    }),
  ];
}
