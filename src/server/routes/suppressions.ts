import { z } from '@hono/zod-openapi';
import type { Json } from '../../store/index.ts';
import { type AppParts, auditEntry } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import { idParam, listOf } from '../schemas/common.ts';
import { match, newSuppression, receipt, suppression } from '../schemas/verdicts.ts';
import { found } from './found.ts';

/** Rules that silence alerts for a while. */
export function suppressionRoutes({ store, service }: AppParts): Route[] {
  const tag = 'Suppressions';
  return [
    route({
      ...{ method: 'get', path: '/api/v1/suppressions', access: 'viewer', tag },
      summary: 'All rules there ever were, the latest first',
      returns: listOf(suppression),
      handle: async () => ({ items: await store.suppressions.list() }),
    }),
    route({
      ...{ method: 'post', path: '/api/v1/suppressions', access: 'analyst', tag },
      summary: 'Silence alerts',
      body: newSuppression,
      returns: suppression,
      status: 201,
      async handle({ body, actor }) {
        const added = await service.addSuppression({ ...body, author: actor.name });
        const { id, expires, reason } = added;
        const detail = { match: body.match as unknown as Json, expires, reason };
        await store.audit.append(auditEntry(actor, 'suppression.add', `suppression:${id}`, detail));
        return added;
      },
    }),
    route({
      ...{ method: 'post', path: '/api/v1/suppressions/receipt', access: 'analyst', tag },
      summary: 'What a rule would have silenced; saves nothing',
      body: z.strictObject({ match }),
      returns: receipt,
      handle: ({ body }) => store.suppressions.receipt(body.match),
    }),
    route({
      ...{ method: 'delete', path: '/api/v1/suppressions/{id}', access: 'analyst', tag },
      summary: 'End a rule; it stays on record',
      params: idParam,
      async handle({ params: { id }, actor }) {
        const known = (await store.suppressions.list()).find((rule) => rule.id === id && rule.revoked === null);
        found(known, `suppression ${id} in force`);
        await service.revokeSuppression(id, actor.name);
        await store.audit.append(auditEntry(actor, 'suppression.revoke', `suppression:${id}`));
      },
    }),
  ];
}
