import { z } from '@hono/zod-openapi';
import type { ModelDetail } from '../../service/index.ts';
import type { Run, StoredModel } from '../../store/index.ts';
import { json, orNull, time } from './common.ts';

export const model: z.ZodType<StoredModel> = z
  .object({
    hash: z.string(),
    name: z.string(),
    kind: z.string(),
    directory: z.string(),
    detail: json,
    state: z.enum(['candidate', 'current', 'retired']),
    created: time,
    promoted: time.nullable(),
  })
  .openapi('Model');

export const run: z.ZodType<Run> = z
  .object({
    id: z.number(),
    kind: z.string(),
    state: z.enum(['running', 'done', 'failed', 'stopped']),
    started: time,
    ended: time.nullable(),
    detail: json,
  })
  .openapi('Run');

const workflow = z
  .object({
    nodes: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(['begin', 'end', 'key', 'branch', 'merge', 'fork', 'join']),
        key: z.string().nullable(),
        text: z.string().nullable(),
      }),
    ),
    edges: z.array(z.object({ from: z.string(), to: z.string(), kind: z.enum(['next', 'again', 'skip']) })),
  })
  .openapi('WorkflowGraph');

export const modelDetail: z.ZodType<ModelDetail> = z
  .object({
    model,
    parameters: z.number(),
    hyperParameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
    vocabulary: z.array(z.object({ id: z.string(), text: z.string() })),
    history: z.array(z.object({ epoch: z.number(), trainLoss: z.number(), validationLoss: z.number() })),
    threshold: z.number(),
    eventThreshold: z.number(),
    percentiles: z.array(z.object({ level: z.number(), value: z.number(), low: z.number(), high: z.number() })),
    scores: z.object({ from: z.number(), to: z.number(), counts: z.array(z.number()) }),
    map: z.array(z.object({ id: z.string(), x: z.number(), y: z.number() })),
    workflow: orNull(workflow),
    layers: z.array(z.object({ name: z.string(), shape: z.array(z.number()), parameters: z.number() })),
    baselines: z.array(z.object({ name: z.string(), flagRate: z.number() })),
  })
  .openapi('ModelDetail');
