import type { AppParts } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import { idParam } from '../schemas/common.ts';
import { explanation, explanationBody, inference, inferRequest } from '../schemas/explanation.ts';
import { found } from './found.ts';

/** Why something was flagged, and what would be. */
export function explainRoutes({ service }: AppParts): Route[] {
  const access = 'viewer';
  return [
    route({
      ...{ method: 'get', path: '/api/v1/alerts/{id}/explanation', access, tag: 'Alerts' },
      summary: 'Why an alert was raised: what was expected, what came, what was like it',
      params: idParam,
      returns: explanation,
      handle: async ({ params: { id } }) => explanationBody(found(await service.explain(id), `alert ${id}`)),
    }),
    route({
      ...{ method: 'post', path: '/api/v1/infer', access, tag: 'Models' },
      summary: 'Judge lines or template ids with the current model; nothing is learned or stored',
      body: inferRequest,
      returns: inference,
      handle: ({ body }) => service.infer(body),
    }),
  ];
}
