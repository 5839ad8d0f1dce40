import { z } from '@hono/zod-openapi';
import type { CountSeries, FlaggedEvent, StoredRecord } from '../../store/index.ts';
import { json, namesQuery, rangeQuery, severity, sourcesQuery, textQuery, time } from './common.ts';

/** A line as JSON has it. */
export interface RecordBody extends Omit<StoredRecord, 'raw'> {
  /** The bytes of the line as base64, where `text` is not all they say. */
  readonly raw: string | null;
}

export const record: z.ZodType<RecordBody> = z
  .object({
    id: z.number(),
    source: z.number(),
    sequence: z.number(),
    time,
    received: time,
    host: z.string().nullable(),
    app: z.string().nullable(),
    level: z.number().nullable(),
    template: z.string().nullable(),
    text: z.string().openapi({ description: 'As somebody wrote it to a log: never trust it, never render it as HTML' }),
    raw: z.string().nullable().openapi({ description: 'base64' }),
  })
  .openapi('Record');

export function recordBody({ raw, ...record }: StoredRecord): RecordBody {
  return { ...record, raw: raw === null ? null : Buffer.from(raw).toString('base64') };
}

/** Parts of a query that say which lines. */
export const recordParts = {
  ...rangeQuery,
  source: sourcesQuery.optional(),
  host: namesQuery.optional(),
  template: namesQuery.optional(),
  text: textQuery.optional(),
};

export const flaggedEvent: z.ZodType<FlaggedEvent> = z
  .object({
    id: z.string(),
    source: z.number(),
    generation: z.string(),
    sequence: z.number(),
    detector: z.string(),
    channel: z.string(),
    time,
    record: z.number().nullable(),
    host: z.string().nullable(),
    session: z.string().nullable(),
    template: z.string().nullable(),
    score: z.number(),
    nll: z.number().nullable(),
    rank: z.number().nullable(),
    severity,
    alert: z.string().nullable(),
    window: z.string().nullable(),
    detail: json,
  })
  .openapi('FlaggedEvent');

export const countSeries: z.ZodType<CountSeries> = z
  .object({
    step: z.number(),
    points: z.array(z.object({ time, series: z.string().nullable(), events: z.number(), flagged: z.number() })),
  })
  .openapi('CountSeries');
