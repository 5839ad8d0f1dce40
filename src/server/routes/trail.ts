import { z } from '@hono/zod-openapi';
import { CaracalError } from '../../errors.ts';
import type { DeadLetter } from '../../store/index.ts';
import { type AppParts, auditEntry } from '../dependencies.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { flagQuery, json, nameQuery, numberParam, pageOf, pageQuery, rangeQuery, time } from '../schemas/common.ts';
import { auditEntry as entry } from '../schemas/people.ts';
import { found } from './found.ts';

const letter: z.ZodType<DeadLetter> = z
  .object({
    id: z.number(),
    notifier: z.string(),
    alert: z.string().nullable(),
    payload: json,
    error: z.string(),
    attempts: z.number(),
    created: time,
    updated: time,
    delivered: time.nullable(),
  })
  .openapi('DeadLetter');

/** What was changed by whom, and what could not be delivered. */
export function trailRoutes({ store, retryNotification }: AppParts): Route[] {
  const tag = 'Administration';
  const access = 'admin';
  return [
    route({
      ...{ method: 'get', path: '/api/v1/audit', access, tag },
      summary: 'Who changed what, the latest first',
      query: z.strictObject({
        ...rangeQuery,
        actor: nameQuery.optional(),
        target: nameQuery.optional(),
        ...pageQuery,
      }),
      returns: pageOf(entry),
      handle: ({ query: { cursor, limit, ...filter } }) => store.audit.page(filter, { cursor, limit }),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/dead-letters', access, tag },
      summary: 'Notifications that could not be delivered, the latest first',
      query: z.strictObject({ delivered: flagQuery.optional(), ...pageQuery }),
      returns: pageOf(letter),
      handle: ({ query: { delivered = false, ...page } }) => store.deadLetters.page({ delivered }, page),
    }),
    route({
      ...{ method: 'post', path: '/api/v1/dead-letters/{id}/retry', access, tag },
      summary: 'Try to deliver one again',
      params: numberParam,
      returns: letter,
      async handle({ params: { id }, actor }) {
        const waiting = found(await store.deadLetters.get(id), `notification ${id}`);
        if (waiting.delivered !== null) throw new Problem(409, 'It was delivered. Read the list again.');
        try {
          await retryNotification(waiting);
          await store.deadLetters.delivered(id);
        } catch (error) {
          if (!(error instanceof CaracalError)) throw error;
          await store.deadLetters.failed(id, error.message);
          throw error;
        } finally {
          await store.audit.append(auditEntry(actor, 'notification.retry', `dead-letter:${id}`));
        }
        return found(await store.deadLetters.get(id), `notification ${id}`);
      },
    }),
  ];
}
