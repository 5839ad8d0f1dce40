import { z } from '@hono/zod-openapi';
import type { AppParts } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import { idParam, integerQuery, listOf, pageOf, pageQuery, textQuery, timeQuery } from '../schemas/common.ts';
import { parameterValues, template, templateCounts } from '../schemas/templates.ts';
import { found } from './found.ts';

/** The templates of all lines ever seen. */
export function templateRoutes({ store, service }: AppParts): Route[] {
  const tag = 'Templates';
  const access = 'viewer';
  return [
    route({
      ...{ method: 'get', path: '/api/v1/templates', access, tag },
      summary: 'Templates, the most frequent first',
      query: z.strictObject({ text: textQuery.optional(), ...pageQuery }),
      returns: pageOf(template),
      handle: ({ query: { text, ...page } }) => store.templates.page({ text }, page),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/templates/{id}', access, tag },
      summary: 'One template',
      params: idParam,
      returns: template,
      handle: async ({ params: { id } }) => found((await store.templates.get([id]))[0], `template ${id}`),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/templates/{id}/values', access, tag },
      summary: 'What each of its parameters held lately',
      params: idParam,
      returns: listOf(parameterValues),
      handle: async ({ params: { id } }) => ({ items: found(await service.templateValues(id), `template ${id}`) }),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/templates/{id}/counts', access, tag },
      summary: 'Its alerts over time',
      params: idParam,
      query: z.strictObject({ from: timeQuery, to: timeQuery, points: integerQuery(1, 1000).optional() }),
      returns: templateCounts,
      async handle({ params: { id }, query: { from, to, points = 50 } }) {
        const step = Math.max(1000, Math.ceil((to - from) / points));
        const alerts = new Map<number, number>();
        for (const { time, count } of await store.alerts.histogram({ template: [id], from, to }, step)) {
          alerts.set(time, (alerts.get(time) ?? 0) + count);
        }
        return { step, points: [...alerts].map(([time, alerts]) => ({ time, alerts })) };
      },
    }),
  ];
}
