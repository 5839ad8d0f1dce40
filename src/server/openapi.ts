import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Route } from './route.ts';
import { problem } from './schemas/common.ts';

/** The OpenAPI 3.1 document of routes, as JSON. */
export function openApiOf(routes: readonly Route[], version: string): string {
  const api = new OpenAPIHono();
  const registry = api.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'session', {
    ...{ type: 'apiKey', in: 'cookie', name: 'caracal_session' },
    description: 'From POST /api/v1/session. Changes also need the header X-CSRF-Token with the csrf of the session.',
  });
  for (const route of routes) registry.registerPath(operationOf(route));
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Caracal',
      version,
      description:
        'Log anomaly detection for people who hunt intruders. Times are milliseconds since 1970. Lists have a ' +
        '`cursor` while more may follow. Errors are application/problem+json (RFC 9457). Texts of logs come as ' +
        'somebody wrote them: show them as text.',
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
    },
    servers: [{ url: '/' }],
  });
  return JSON.stringify(document);
}

// --- internal ---

type Operation = Parameters<OpenAPIHono['openAPIRegistry']['registerPath']>[0];

function operationOf(route: Route): Operation {
  const { method, path, access, tag, summary, description, params, query, body, takes, returns, gives, status } = route;
  const success = returns ? 'application/json' : gives;
  const schema = returns ?? ({ type: 'string' } as const);
  return {
    ...{ method, path, summary, tags: [tag], operationId: operationIdOf(route) },
    description: [access === 'public' ? 'For everybody.' : `For the role ${access}.`, description ?? '']
      .join(' ')
      .trim(),
    security: access === 'public' ? [] : [{ token: [] }, { session: [] }],
    request: {
      ...(params && { params: params as z.ZodObject }),
      ...(query && { query: query as z.ZodObject }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
      ...(takes && {
        body: {
          required: true,
          content: Object.fromEntries(takes.map((type) => [type, { schema: { type: 'string' as const } }])),
        },
      }),
    },
    responses: {
      [status ?? (success ? 200 : 204)]: {
        description: success ? 'As asked' : 'Done',
        ...(success && { content: { [success]: { schema } } }),
      },
      default: { description: 'What went wrong', content: { 'application/problem+json': { schema: problem } } },
    },
  };
}

/** `GET /api/v1/alerts/{id}/events` is `getAlertsByIdEvents`. */
function operationIdOf({ method, path }: Route): string {
  const words = path
    .replace(/^\/api\/v1/, '')
    .split(/[/.-]/)
    .filter((word) => word !== '');
  const name = words.map((word) => {
    const plain = word.replace(/^\{(\w+)\}$/, 'by_$1').replace(/_(\w)/g, (_, first: string) => first.toUpperCase());
    return plain.charAt(0).toUpperCase() + plain.slice(1);
  });
  return method + name.join('');
}
