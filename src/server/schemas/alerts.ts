import { z } from '@hono/zod-openapi';
import type { AlertCounts, AlertFilter, HistogramBar, StoredAlert, ValueCount } from '../../store/index.ts';
import type { LineRange, Priority, Template } from '../../types.ts';
import {
  entity,
  entityKind,
  flagQuery,
  manyQuery,
  nameQuery,
  namesQuery,
  orNull,
  rangeQuery,
  rank,
  severity,
  sourcesQuery,
  status,
  textQuery,
  time,
} from './common.ts';

export const lineRange: z.ZodType<LineRange> = z
  .object({
    source: z.string(),
    first: z.number(),
    last: z.number(),
    examples: z.array(z.object({ line: z.number(), offset: z.number(), length: z.number(), text: z.string() })),
  })
  .openapi('LineRange');

const priority: z.ZodType<Priority> = z
  .object({
    rank,
    score: z.number(),
    factors: z.array(z.object({ name: z.string(), weight: z.number(), value: z.number(), note: z.string() })),
  })
  .openapi('Priority');

const template: z.ZodType<Template> = z
  .object({ id: z.string(), text: z.string(), count: z.number() })
  .openapi('AlertTemplate');

export const alert: z.ZodType<StoredAlert> = z
  .object({
    id: z.string(),
    time,
    severity,
    calibrated: z.boolean(),
    priority,
    detector: z.string(),
    entity: orNull(entity),
    template: orNull(template),
    reason: z.string(),
    windowId: z.string().nullable(),
    count: z.number(),
    source: z.number().nullable(),
    entities: z.array(entity),
    lines: orNull(lineRange),
    suppression: z.string().nullable(),
    status,
    statusUntil: time.nullable(),
    created: time,
    updated: time,
    revision: z.number(),
  })
  .openapi('Alert');

const counted = z.record(z.string(), z.number());
export const alertCounts: z.ZodType<AlertCounts> = z
  .object({
    total: z.number(),
    status: counted,
    severity: counted,
    priority: counted,
    detector: counted,
    source: counted,
  })
  .openapi('AlertCounts');

export const valueCount: z.ZodType<ValueCount> = z
  .object({ value: z.string(), count: z.number() })
  .openapi('ValueCount');

export const histogramBar: z.ZodType<HistogramBar> = z
  .object({ time, severity, count: z.number() })
  .openapi('HistogramBar');

/** Parts of a query that say which alerts. */
export const alertParts = {
  ...rangeQuery,
  status: manyQuery(status, { type: 'string', enum: status.options }).optional(),
  severity: manyQuery(severity, { type: 'string', enum: severity.options }).optional(),
  priority: manyQuery(rank, { type: 'string', enum: rank.options }).optional(),
  detector: namesQuery.optional(),
  source: sourcesQuery.optional(),
  template: namesQuery.optional(),
  host: nameQuery.optional(),
  user: nameQuery.optional(),
  entityKind: entityKind.optional(),
  entityValue: nameQuery.optional(),
  window: nameQuery.optional(),
  text: textQuery.optional(),
  suppressed: flagQuery.optional(),
};

type AlertParts = z.output<z.ZodObject<typeof alertParts>>;

/** The filter that a query means. */
export function alertFilter({
  from,
  to,
  status,
  severity,
  priority,
  detector,
  source,
  template,
  host,
  user,
  window,
  text,
  suppressed,
  ...named
}: AlertParts): AlertFilter {
  return {
    ...{ from, to, status, severity, priority, detector, source, template, host, user, window, text, suppressed },
    entity: entityOf(named),
  };
}

/** An entity that a query names by its two parts. */
export function entityOf({
  entityKind,
  entityValue,
}: Pick<AlertParts, 'entityKind' | 'entityValue'>): AlertFilter['entity'] {
  return entityKind !== undefined && entityValue !== undefined ? { kind: entityKind, value: entityValue } : undefined;
}
