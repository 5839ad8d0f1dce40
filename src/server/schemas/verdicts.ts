import { z } from '@hono/zod-openapi';
import type { Receipt, StoredVerdict, Suppression, SuppressionMatch } from '../../store/index.ts';
import { alert } from './alerts.ts';
import { entityKind, expiry, reason, severity, text, time, verdictName } from './common.ts';

const targetKind = z.enum(['alert', 'window']);

export const verdict: z.ZodType<StoredVerdict> = z
  .object({
    id: z.number(),
    target: z.object({ kind: targetKind, id: z.string() }),
    verdict: verdictName,
    author: z.string(),
    reason: z.string(),
    given: time,
    expires: time.nullable(),
    undone: z.object({ time, author: z.string(), reason: z.string() }).nullable(),
  })
  .openapi('Verdict');

/** A verdict on all of these. */
export const givenVerdicts = z
  .strictObject({
    targets: z
      .array(z.strictObject({ kind: targetKind, id: text(256) }))
      .min(1)
      .max(1000),
    verdict: verdictName,
    reason,
    expires: expiry,
  })
  .openapi('NewVerdicts');

export const undoneVerdict = z.strictObject({ reason }).openapi('UndoVerdict');
export const receiptOf = z.strictObject({ alerts: z.array(text(256)).min(1).max(1000) }).openapi('ReceiptRequest');

export const receipt: z.ZodType<Receipt> = z
  .object({
    silenced: z.number(),
    confirmed: z.number(),
    confirmedAlerts: z.array(alert),
    examples: z.array(alert),
  })
  .openapi('Receipt');

const names = z.array(text(1000)).min(1).max(100);
export const match: z.ZodType<SuppressionMatch> = z
  .strictObject({
    detector: names.optional(),
    source: z.array(z.int().min(0)).min(1).max(100).optional(),
    template: names.optional(),
    host: text(1000).optional(),
    user: text(1000).optional(),
    entity: z.strictObject({ kind: entityKind, value: text(1000) }).optional(),
    text: text(1000).optional(),
    severity: z.array(severity).min(1).max(4).optional(),
  })
  .openapi('SuppressionMatch');

export const newSuppression = z.strictObject({ match, reason, expires: expiry }).openapi('NewSuppression');

export const suppression: z.ZodType<Suppression> = z
  .object({
    id: z.string(),
    match,
    author: z.string(),
    reason: z.string(),
    created: time,
    expires: time.nullable(),
    revoked: z.object({ time, author: z.string() }).nullable(),
  })
  .openapi('Suppression');
