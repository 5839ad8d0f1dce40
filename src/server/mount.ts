import { createHash } from 'node:crypto';
import type { z } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import type { Actor } from './access.ts';
import { readJson } from './body.ts';
import type { AppParts } from './dependencies.ts';
import { type FieldError, Problem } from './problem.ts';
import type { AppEnv, Route } from './route.ts';

/** Path of a route as the router has it. */
export function routerPath({ path }: Pick<Route, 'path'>): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Serves a route: checks the parts of a request, and makes a response of what the route gives. */
export function mount(app: Hono<AppEnv>, route: Route, { limits }: AppParts): void {
  app.on(route.method.toUpperCase(), routerPath(route), async (context) => {
    const { req } = context;
    const params = checked(route.params, req.param(), 'path');
    const query = checked(route.query, queryOf(context), 'query');
    const body = route.body
      ? checked(route.body, await readJson(req.raw, limits.bodyBytes, limits.jsonDepth), 'body')
      : undefined;
    const actor = context.get('actor') ?? NOBODY;
    const result = await route.handle({ params, query, body, actor, context });
    if (result instanceof Response) return result;
    if (!route.returns) return context.body(null, 204);
    const text = JSON.stringify(result);
    const headers = { 'content-type': 'application/json' };
    if (!route.etag) return new Response(text, { status: route.status ?? 200, headers });
    return tagged(req.raw, text, headers);
  });
}

/** Tag of a text: the same text has the same. */
export function tagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}

/** A response that says which version it is, or that the caller has it. */
export function tagged(request: Request, text: string, headers: Readonly<Record<string, string>>): Response {
  const etag = tagOf(text);
  const all = { 'cache-control': 'private, no-cache', ...headers, etag };
  const known = request.headers
    .get('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(etag)) {
    const { 'content-type': _, ...rest } = all as Record<string, string>;
    return new Response(null, { status: 304, headers: rest });
  }
  return new Response(text, { headers: all });
}

// --- internal ---

/** Routes that anybody may use are told of nobody. */
const NOBODY: Actor = { name: '', role: 'viewer', identity: '', expires: null, session: null };

function queryOf(context: Context<AppEnv>): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [name, values] of Object.entries(context.req.queries())) {
    query[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return query;
}

/** @throws Problem 400 that names every part that is wrong */
function checked<T>(schema: z.ZodType<T> | undefined, value: unknown, part: string): T {
  if (!schema) return undefined as T;
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const errors = error.issues.slice(0, MOST_ERRORS).map((issue) => fieldError(issue, [part]));
  const [first] = errors;
  throw new Problem(400, `${first?.field ?? part}: ${first?.detail ?? 'not as expected'}. Mend it and send it again.`, {
    errors,
  });
}

const MOST_ERRORS = 20;

type Issue = z.core.$ZodIssue;

/** Of a choice, what is wrong with the form that was most likely meant. */
function fieldError(issue: Issue, before: readonly PropertyKey[]): FieldError {
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union') {
    const forms = issue.errors.filter(
      ([first]) => first && !(first.code === 'invalid_type' && first.path.length === 0),
    );
    const [likely] = forms.sort((a, b) => a.length - b.length);
    const [first] = likely ?? issue.errors[0] ?? [];
    if (first) return fieldError(first, path);
  }
  return { field: path.map(String).join('.'), detail: issue.message };
}
