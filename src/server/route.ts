import type { HttpBindings } from '@hono/node-server';
import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Access, Actor } from './access.ts';

/** What the app knows of a request beside the request. */
export interface AppEnv {
  readonly Bindings: Partial<HttpBindings>;
  readonly Variables: { actor: Actor | null };
}

/** A request that was let in, its parts checked. */
export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Who asks; nobody on public routes. */
  readonly actor: Actor;
  readonly context: Context<AppEnv>;
}

export interface RouteDefinition<P, Q, B, R> {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** With `{name}` for its parameters. */
  readonly path: string;
  /** Who may. Nothing is served that does not say so. */
  readonly access: Access;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  /** JSON, unless `takes` says otherwise: then `handle` reads it. */
  readonly body?: z.ZodType<B>;
  readonly takes?: readonly string[];
  /** What it gives as JSON, with 200 unless told. Without it `handle` gives a whole response, or nothing (204). */
  readonly returns?: z.ZodType<R>;
  readonly status?: 201 | 202;
  /** Content type of a whole response. */
  readonly gives?: string;
  /** Answers carry an ETag, and who has the same already gets 304. */
  readonly etag?: boolean;
  handle(call: Call<P, Q, B>): Promise<R | Response> | R | Response;
}

/** A route whose types were checked where it was written. */
export type Route = RouteDefinition<unknown, unknown, unknown, unknown>;

/** Declares a route; the types of its handler follow from its schemas. */
export function route<P, Q, B, R>(definition: RouteDefinition<P, Q, B, R>): Route {
  return definition as unknown as Route;
}
