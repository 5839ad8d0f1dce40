import { z } from '@hono/zod-openapi';
import type { Explanation, Inference, InferRequest, JudgedLine } from '../../service/index.ts';
import type { Parameter } from '../../types.ts';
import { alert } from './alerts.ts';
import { orNull, severity, time } from './common.ts';
import { type RecordBody, record, recordBody } from './records.ts';
import { verdict } from './verdicts.ts';
import { huntWindow } from './windows.ts';

/** An explanation as JSON has it. */
export interface ExplanationBody extends Omit<Explanation, 'sequence' | 'records'> {
  readonly sequence: readonly (Omit<Explanation['sequence'][number], 'record'> & {
    readonly record: RecordBody | null;
  })[];
  readonly records: readonly RecordBody[];
}

export function explanationBody({ sequence, records, ...rest }: Explanation): ExplanationBody {
  return {
    ...rest,
    sequence: sequence.map(({ record, ...line }) => ({ ...line, record: record && recordBody(record) })),
    records: records.map(recordBody),
  };
}

const parameter: z.ZodType<Parameter> = z.object({ kind: z.string(), value: z.string() }).openapi('Parameter');

const judged = {
  line: z.string().nullable(),
  template: z.string(),
  templateText: z.string(),
  nll: z.number(),
  rank: z.number(),
  severity,
  flags: z.array(z.string()),
  expected: z.array(z.object({ template: z.string(), p: z.number(), text: z.string() })),
  parameters: z.array(parameter),
};
const judgedLine: z.ZodType<JudgedLine> = z.object(judged).openapi('JudgedLine');

export const explanation: z.ZodType<ExplanationBody> = z
  .object({
    alert,
    sequence: z.array(z.object({ ...judged, record: orNull(record), deviating: z.boolean(), time })),
    threshold: z.number().nullable(),
    parameters: z.array(
      z.object({ kind: z.string(), value: z.string(), usual: z.array(z.string()), seen: z.number() }),
    ),
    quantity: z
      .object({
        subject: z.string(),
        count: z.number(),
        usual: z.number(),
        most: z.number(),
        minutes: z.number(),
      })
      .nullable(),
    records: z.array(record),
    workflow: z.string().nullable(),
    similar: z.array(z.object({ alert, verdict: orNull(verdict) })),
    window: orNull(huntWindow),
  })
  .openapi('Explanation');

const texts = z.array(z.string().max(65_536)).min(1).max(10_000);
export const inferRequest: z.ZodType<InferRequest> = z
  .strictObject({
    lines: texts.optional(),
    keys: texts.optional(),
    closed: z.boolean().optional(),
    topK: z.int().min(1).max(1000).optional(),
  })
  .openapi('InferRequest', { description: 'Lines of one session in their order, or template ids' });

export const inference: z.ZodType<Inference> = z
  .object({
    model: z.string(),
    anomalous: z.boolean(),
    score: z.number(),
    threshold: z.number(),
    events: z.array(judgedLine),
  })
  .openapi('Inference');
