import { Hono } from 'hono';
import { matchedRoutes } from 'hono/route';
import { type AppDependencies, type AppParts, partsOf } from './dependencies.ts';
import { createGuard } from './guard.ts';
import { protect } from './headers.ts';
import { mount, routerPath } from './mount.ts';
import { Problem, problemOf, problemResponse } from './problem.ts';
import type { AppEnv, Route } from './route.ts';
import { createRoutes } from './routes/index.ts';
import { createSite } from './site.ts';

/** The service's HTTP side, without a port. */
export interface App {
  /** Answers a request; `bindings` has Node's own objects where there are any. Never throws. */
  fetch(request: Request, bindings?: AppEnv['Bindings']): Promise<Response>;
  /** All that is served, and who may. */
  readonly routes: readonly Pick<Route, 'method' | 'path' | 'access'>[];
  /** Whether its cookies only travel over TLS. */
  readonly secure: boolean;
  /** Ends the live streams. */
  close(): void;
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
  const { routes, close } = createRoutes(parts);
  return { ...appOf(routes, parts), close };
}

/** An app of other routes, for tests of what holds for all. */
export function appOf(routes: readonly Route[], parts: AppParts, declared = routes): Omit<App, 'close'> {
  const hono = new Hono<AppEnv>();
  const access = new Map(declared.map((route) => [`${route.method.toUpperCase()} ${routerPath(route)}`, route]));
  const guard = createGuard(parts);
  const site = parts.webRoot === undefined ? undefined : createSite(parts.webRoot);

  hono.use('*', async (context, next) => {
    await next();
    const { status } = context.res;
    parts.answers.set(status, (parts.answers.get(status) ?? 0) + 1);
    protect(context.res.headers, parts.secureCookies);
  });
  hono.use('*', async (context, next) => {
    const { method, path, raw } = context.req;
    guard.door(context);
    const target = matchedRoutes(context).find((route) => route.method !== 'ALL');
    if (!target) {
      const reads = (method === 'GET' || method === 'HEAD') && !path.startsWith('/api/');
      const response = reads ? await site?.serve(path, raw) : undefined;
      if (response) return response;
      throw notFound(method, path, routes);
    }
    const route = access.get(`${target.method} ${target.path}`);
    // What does not say who may use it is nobody's.
    if (!route) throw new Problem(403, 'Nobody may use this: no role was declared for it.');
    context.set('actor', await guard.route(context, route));
    return next();
  });
  for (const route of routes) mount(hono, route, parts);
  hono.onError((error, context) => {
    const id = parts.newId();
    const { problem, hidden } = problemOf(error, id);
    if (hidden) parts.onError(error, { id, method: context.req.method, path: context.req.path });
    return problemResponse(problem);
  });
  return {
    fetch: async (request, bindings = {}) => hono.fetch(request, bindings),
    routes,
    secure: parts.secureCookies,
  };
}

// --- internal ---

/** 404, or 405 where another method would do. */
function notFound(method: string, path: string, routes: readonly Route[]): Problem {
  const allowed = routes.filter((route) => patternOf(route).test(path)).map((route) => route.method.toUpperCase());
  if (allowed.length === 0) {
    return new Problem(404, 'There is nothing here. GET /api/v1/docs shows what there is.');
  }
  const allow = [...new Set(allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed)].join(', ');
  return new Problem(405, `${method} is not possible here. Use ${allow}.`, { headers: { allow } });
}

function patternOf({ path }: Route): RegExp {
  const parts = path.split(/\{\w+\}/).map((text) => text.replace(/[.*+?^$()[\]|\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
