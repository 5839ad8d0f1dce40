import { z } from '@hono/zod-openapi';
import type { ParameterValues } from '../../service/index.ts';
import type { StoredTemplate } from '../../store/index.ts';
import { time } from './common.ts';

export const template: z.ZodType<StoredTemplate> = z
  .object({
    id: z.string(),
    text: z.string(),
    count: z.number(),
    firstSeen: time,
    lastSeen: time,
    alias: z.string().nullable(),
  })
  .openapi('Template');

export const parameterValues: z.ZodType<ParameterValues> = z
  .object({
    position: z.number(),
    kind: z.string(),
    lines: z.number(),
    distinct: z.number(),
    top: z.array(z.object({ value: z.string(), count: z.number() })),
    numbers: z.object({ min: z.number(), median: z.number(), max: z.number() }).nullable(),
  })
  .openapi('ParameterValues');

/** Alerts of a template over time. */
export interface TemplateCounts {
  /** Milliseconds that a point stands for. */
  readonly step: number;
  /** Points that counted something, in order of time. */
  readonly points: readonly { readonly time: number; readonly alerts: number }[];
}

export const templateCounts: z.ZodType<TemplateCounts> = z
  .object({ step: z.number(), points: z.array(z.object({ time, alerts: z.number() })) })
  .openapi('TemplateCounts');
