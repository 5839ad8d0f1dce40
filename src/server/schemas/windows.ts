import { z } from '@hono/zod-openapi';
import type { PreviewRequest, WindowPreview } from '../../service/index.ts';
import type { StoredWindow } from '../../store/index.ts';
import { lineRange } from './alerts.ts';
import { entity, orNull, status, time } from './common.ts';

export const windowState = z.enum(['open', 'closed']);

export const huntWindow: z.ZodType<StoredWindow> = z
  .object({
    id: z.string(),
    start: time,
    end: time,
    score: z.number(),
    incident: z.number(),
    channels: z.array(z.string()),
    entities: z.array(entity),
    reason: z.string(),
    boundaries: z.object({ start: z.string(), end: z.string() }),
    state: windowState,
    notEvaluable: z.array(z.string()).optional(),
    lines: orNull(lineRange),
    status,
    statusUntil: time.nullable(),
    created: time,
    updated: time,
  })
  .openapi('Window') as z.ZodType as z.ZodType<StoredWindow>;

export const previewRequest: z.ZodType<PreviewRequest> = z
  .strictObject({ from: time, to: time, alpha: z.number().min(0).max(100), beta: z.number().min(0).max(1) })
  .openapi('PreviewRequest');

export const preview: z.ZodType<WindowPreview> = z
  .object({
    windows: z.array(
      z.object({ start: z.number(), end: z.number(), score: z.number(), channels: z.array(z.string()) }),
    ),
    lines: z.number(),
    readingMinutes: z.number(),
    saved: z.object({ windows: z.number(), lines: z.number(), readingMinutes: z.number() }),
  })
  .openapi('WindowPreview');
