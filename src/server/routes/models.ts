import { z } from '@hono/zod-openapi';
import { type AppParts, auditEntry } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import { listOf, pageOf, pageQuery, text } from '../schemas/common.ts';
import { model, modelDetail, run } from '../schemas/models.ts';
import { found } from './found.ts';

const hashParam = z.object({ hash: text(256) });

/** Models, which of them judges, and trainings. */
export function modelRoutes({ store, service }: AppParts): Route[] {
  const tag = 'Models';
  return [
    route({
      ...{ method: 'get', path: '/api/v1/models', access: 'viewer', tag },
      summary: 'All models, the latest first',
      returns: listOf(model),
      handle: async () => ({ items: await store.models.list() }),
    }),
    route({
      ...{ method: 'post', path: '/api/v1/models/retrain', access: 'analyst', tag },
      summary: 'Begin to learn a new model from recent lines',
      returns: run,
      status: 202,
      async handle({ actor }) {
        const started = await service.retrain();
        await store.audit.append(auditEntry(actor, 'model.retrain', `run:${started.id}`));
        return started;
      },
    }),
    route({
      ...{ method: 'get', path: '/api/v1/models/{hash}', access: 'viewer', tag },
      summary: 'A model and what it has learned',
      params: hashParam,
      returns: modelDetail,
      etag: true,
      handle: async ({ params: { hash } }) => found(await service.modelDetail(hash), `model ${hash}`),
    }),
    route({
      ...{ method: 'post', path: '/api/v1/models/{hash}/promote', access: 'admin', tag },
      summary: 'Make a model the one that judges',
      params: hashParam,
      returns: model,
      async handle({ params: { hash }, actor }) {
        found(await store.models.get(hash), `model ${hash}`);
        const promoted = await service.promote(hash);
        await store.audit.append(auditEntry(actor, 'model.promote', `model:${hash}`));
        return promoted;
      },
    }),
    route({
      ...{ method: 'get', path: '/api/v1/runs', access: 'viewer', tag },
      summary: 'What was done for long, such as trainings, the latest first',
      query: z.strictObject(pageQuery),
      returns: pageOf(run),
      handle: ({ query }) => store.runs.page(query),
    }),
  ];
}
