import { z } from '@hono/zod-openapi';
import type { SourceStatus } from '../../service/index.ts';
import type { StoredGap, StoredSource } from '../../store/index.ts';
import { time } from './common.ts';

/** A source as it is stored, and what the service knows of it while it runs. */
export interface SourceBody
  extends Omit<StoredSource, 'position'>,
    Partial<Pick<SourceStatus, 'reason' | 'malformed' | 'withoutTime' | 'linesPerSecond' | 'silent' | 'error'>> {}

export const source = z
  .object({
    id: z.number(),
    name: z.string(),
    kind: z.string(),
    format: z.string(),
    generation: z.string().nullable(),
    created: time,
    lastSeen: time.nullable(),
    lag: z.number().nullable(),
    lines: z.number(),
    drops: z.number(),
    gaps: z.number(),
    reason: z.string().optional(),
    malformed: z.number().optional(),
    withoutTime: z.number().optional(),
    linesPerSecond: z.number().optional(),
    silent: z.boolean().optional(),
    error: z.string().nullable().optional(),
  })
  .openapi('Source', {
    description: 'What is optional is there while the service reads the source',
  }) as z.ZodType as z.ZodType<SourceBody>;

/** The position is the source's own affair: it may be long, and says nothing to people. */
export function sourceBody({ position: _, ...stored }: StoredSource, live: SourceStatus | undefined): SourceBody {
  if (!live) return stored;
  const { reason, malformed, withoutTime, linesPerSecond, silent, error } = live;
  const lastSeen = live.lastSeen ?? stored.lastSeen;
  return { ...stored, format: live.format, lastSeen, reason, malformed, withoutTime, linesPerSecond, silent, error };
}

export const gap: z.ZodType<StoredGap> = z
  .object({
    id: z.number(),
    source: z.number(),
    reported: time,
    from: time.nullable(),
    to: time.nullable(),
    missing: z.number().nullable(),
    reason: z.string(),
  })
  .openapi('Gap');
