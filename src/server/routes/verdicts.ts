import { z } from '@hono/zod-openapi';
import { type AppParts, auditEntry } from '../dependencies.ts';
import { type Route, route } from '../route.ts';
import { listOf, numberParam, pageOf, pageQuery } from '../schemas/common.ts';
import { givenVerdicts, receipt, receiptOf, undoneVerdict, verdict } from '../schemas/verdicts.ts';

/** What people say of alerts and windows. */
export function verdictRoutes({ store, service }: AppParts): Route[] {
  const tag = 'Verdicts';
  return [
    route({
      ...{ method: 'get', path: '/api/v1/verdicts', access: 'viewer', tag },
      summary: 'All verdicts, the latest first',
      query: z.strictObject(pageQuery),
      returns: pageOf(verdict),
      handle: ({ query }) => store.verdicts.page(query),
    }),
    route({
      ...{ method: 'post', path: '/api/v1/verdicts', access: 'analyst', tag },
      summary: 'Give a verdict on alerts or windows, and teach the model',
      body: givenVerdicts,
      returns: listOf(verdict),
      status: 201,
      async handle({ body: { targets, ...said }, actor }) {
        const items = await service.giveVerdicts(targets.map((target) => ({ ...said, target, author: actor.name })));
        for (const { id, target, verdict, reason } of items) {
          const detail = { verdict: id, as: verdict, reason };
          await store.audit.append(auditEntry(actor, 'verdict.give', `${target.kind}:${target.id}`, detail));
        }
        return { items };
      },
    }),
    route({
      ...{ method: 'post', path: '/api/v1/verdicts/receipt', access: 'analyst', tag },
      summary: 'What a false-positive verdict on these alerts would silence; saves nothing',
      body: receiptOf,
      returns: receipt,
      handle: ({ body }) => service.receipt(body.alerts),
    }),
    route({
      ...{ method: 'post', path: '/api/v1/verdicts/{id}/undo', access: 'analyst', tag },
      summary: 'Take a verdict back',
      params: numberParam,
      body: undoneVerdict,
      returns: verdict,
      async handle({ params: { id }, body: { reason }, actor }) {
        const undone = await service.undoVerdict(id, { author: actor.name, reason });
        const { kind, id: target } = undone.target;
        await store.audit.append(auditEntry(actor, 'verdict.undo', `${kind}:${target}`, { verdict: id, reason }));
        return undone;
      },
    }),
  ];
}
