import { z } from '@hono/zod-openapi';
import type { Drift, LiveCounters, ServiceStatus, SourceStatus } from '../../service/index.ts';
import { time } from './common.ts';

const counters: z.ZodType<LiveCounters> = z
  .object({
    time,
    lines: z.number(),
    bytes: z.number(),
    drops: z.number(),
    malformed: z.number(),
    flagged: z.number(),
    alerts: z.number(),
    windows: z.number(),
    linesPerSecond: z.number(),
    latency: z.object({ p50: z.number(), p99: z.number() }),
    queued: z.number(),
  })
  .openapi('LiveCounters');

export const sourceStatus: z.ZodType<SourceStatus> = z
  .object({
    id: z.number(),
    name: z.string(),
    kind: z.string(),
    format: z.string(),
    reason: z.string(),
    lines: z.number(),
    drops: z.number(),
    malformed: z.number(),
    withoutTime: z.number(),
    lastSeen: time.nullable(),
    linesPerSecond: z.number(),
    silent: z.boolean(),
    error: z.string().nullable(),
  })
  .openapi('SourceStatus');

const drift: z.ZodType<Drift> = z
  .object({
    novelty: z.number(),
    flagRate: z.number(),
    expectedFlagRate: z.number(),
    shift: z.number(),
    events: z.number(),
    level: z.enum(['none', 'some', 'strong']),
    reason: z.string(),
  })
  .openapi('Drift');

export const serviceStatus: z.ZodType<ServiceStatus> = z
  .object({
    phase: z.enum(['starting', 'learning', 'live', 'stopped', 'failed']),
    error: z.string().nullable(),
    learning: z.object({ lines: z.number(), linesNeeded: z.number(), training: z.number().nullable() }).nullable(),
    started: time,
    model: z.object({ hash: z.string(), kind: z.string(), since: time }).nullable(),
    training: z.object({ run: z.number(), share: z.number() }).nullable(),
    totals: counters,
    sources: z.array(sourceStatus),
    drift,
    sessions: z.number(),
    templates: z.number(),
    openWindows: z.number(),
    checkpoint: z.object({ saved: time, bytes: z.number() }).nullable(),
  })
  .openapi('ServiceStatus');
