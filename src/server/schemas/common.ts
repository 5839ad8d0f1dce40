import { z } from '@hono/zod-openapi';
import type { Json, Page } from '../../store/index.ts';

export const severity = z.enum(['NONE', 'LOW', 'MED', 'HIGH']);
export const rank = z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO']);
export const verdictName = z.enum(['true-positive', 'false-positive', 'benign-expected', 'not-evaluable']);
export const status = z.enum(['open', ...verdictName.options]);
export const entityKind = z.enum(['user', 'address', 'process', 'host']);
export const entity = z.object({ kind: entityKind, value: z.string() }).openapi('Entity');

/** Epoch ms in a body. */
export const time = z.number().openapi({ description: 'Milliseconds since 1970, UTC', example: 1_490_616_000_000 });

/** Data of somebody else's, as it is. */
export const json: z.ZodType<Json> = z.any().openapi({ description: 'Any JSON' });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'What went wrong and what to do next' }),
    code: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
    instance: z.string().optional(),
  })
  .openapi('Problem', { description: 'RFC 9457' });

/** What may be missing: as a choice, because a reference cannot say so beside it. */
export function orNull<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  return z.union([schema, z.null()]);
}

/** Some of the answers, and the way to the next ones. */
export function pageOf<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z.object({
    items: z.array(item),
    cursor: z
      .string()
      .nullable()
      .openapi({ description: 'Give it for what follows; null at the end. A page may be empty and have one.' }),
  });
}

/** All of the answers. */
export function listOf<T>(item: z.ZodType<T>): z.ZodType<{ readonly items: readonly T[] }> {
  return z.object({ items: z.array(item) });
}

/** Text that databases can hold: without NUL. */
export function text(most: number) {
  return z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !value.includes('\0'), 'expected text without NUL');
}

/** The id in a path. */
export const idParam = z.object({ id: text(256) });
export const numberParam = z.object({
  id: z
    .string()
    .regex(/^\d{1,15}$/, 'expected a whole number')
    .transform(Number)
    .openapi({ type: 'integer' }),
});

// What a query may have. Everything there is text at first.

/** A finite number. */
export function numberQuery(least = -8.64e15, most = 8.64e15) {
  return z
    .string()
    .regex(/^-?\d{1,16}(\.\d{1,9})?$/, 'expected a number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `expected a number from ${least} to ${most}`)
    .openapi({ type: 'number', minimum: least, maximum: most });
}

/** A whole number. */
export function integerQuery(least: number, most: number) {
  return z
    .string()
    .regex(/^-?\d{1,16}$/, 'expected a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `expected a whole number from ${least} to ${most}`)
    .openapi({ type: 'integer', minimum: least, maximum: most });
}

/** One or more of the same name: `?status=open&status=false-positive`. */
export function manyQuery<T>(
  item: z.ZodType<T, string>,
  shown: Record<string, unknown> = { type: 'string' },
  most = 100,
) {
  return z
    .union([item.transform((value) => [value]), z.array(item).max(most)])
    .openapi({ type: 'array', items: shown } as object);
}

export const timeQuery = numberQuery().openapi({ description: 'Milliseconds since 1970, UTC' });
export const textQuery = text(1000);
export const nameQuery = text(1000);
export const namesQuery = manyQuery(nameQuery);
export const sourcesQuery = manyQuery(integerQuery(0, Number.MAX_SAFE_INTEGER), { type: 'integer' });
export const flagQuery = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .openapi({ type: 'boolean' });

/** From and to, both included. */
export const rangeQuery = { from: timeQuery.optional(), to: timeQuery.optional() };
/** Which part of the answers. */
export const pageQuery = {
  cursor: z.string().max(4096).optional(),
  limit: integerQuery(1, 1000).optional(),
};

/** Enough for a sentence or two. */
export const reason = text(2000).refine((value) => value.trim() !== '', 'expected a reason');
export const expiry = time.nullable().optional();
