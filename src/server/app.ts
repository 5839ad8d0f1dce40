import { OpenAPIHono } from '@hono/zod-openapi';
import { matchedRoutes } from 'hono/route';
import { type AppDependencies, type AppParts, partsOf } from './dependencies.ts';
import { createGuard } from './guard.ts';
import { protect } from './headers.ts';
import { mount, routerPath } from './mount.ts';
import { Problem, problemOf, problemResponse } from './problem.ts';
import type { AppEnv, Route } from './route.ts';
import { createRoutes } from './routes/index.ts';

/** The service's HTTP side, without a port. */
export interface App {
  /** Answers a request; `bindings` has Node's own objects where there are any. Never throws. */
  fetch(request: Request, bindings?: AppEnv['Bindings']): Promise<Response>;
  /** All that is served, and who may. */
  readonly routes: readonly Pick<Route, 'method' | 'path' | 'access'>[];
  /** Ends the live streams. */
  close(): void;
  readonly secure: boolean;
}

/**
 * Makes the app of what it is given, without listening anywhere.
 *
 * ```ts
 * const app = createApp({ store, service, version, retryNotification });
 * const response = await app.fetch(new Request('http://127.0.0.1/health'));
 * ```
 */
export function createApp(dependencies: AppDependencies): App {
  const parts = partsOf(dependencies);
  const hono = new OpenAPIHono<AppEnv>();
  const { routes, close } = createRoutes(parts);
  const declared = new Map(routes.map((route) => [`${route.method.toUpperCase()} ${routerPath(route)}`, route]));
  const guard = createGuard(parts);

  hono.use('*', async (context, next) => {
    await next();
    protect(context.res.headers, parts.secureCookies);
  });
  hono.use('*', async (context, next) => {
    guard.door(context);
    const [target] = matchedRoutes(context).filter(({ method }) => method !== 'ALL');
    if (!target) throw notFound(context.req.method, context.req.path, routes);
    const route = declared.get(`${target.method} ${target.path}`);
    // What does not say who may use it is nobody's.
    if (!route) throw new Problem(403, 'Nobody may use this: no role was declared for it.');
    context.set('actor', await guard.route(context, route));
    context.set('route', route);
    await next();
  });
  for (const route of routes) mount(hono, route, parts);
  hono.onError((error, context) => {
    const { method, path } = context.req;
    return failure(error, { method, path }, parts);
  });
  return {
    fetch: async (request, bindings = {}) => hono.fetch(request, bindings),
    routes,
    close,
    secure: parts.secureCookies,
  };
}

// --- internal ---

function failure(error: unknown, request: { method: string; path: string }, { newId, onError }: AppParts): Response {
  const id = newId();
  const { problem, hidden } = problemOf(error, id);
  if (hidden) onError(error, { id, ...request });
  return problemResponse(problem);
}

/** 404, or 405 where another method would do. */
function notFound(method: string, path: string, routes: readonly Route[]): Problem {
  const allowed = routes
    .filter((route) => new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+').replace(/\./g, '\\.')}$`).test(path))
    .map((route) => route.method.toUpperCase());
  if (allowed.length === 0) {
    return new Problem(404, 'There is nothing here. GET /api/v1/docs shows what there is.');
  }
  const allow = [...new Set(allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed)].join(', ');
  return new Problem(405, `${method} is not possible here. Use ${allow}.`, { headers: { allow } });
}
