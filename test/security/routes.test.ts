import { beforeAll, describe, expect, it } from 'vitest';
import { appOf } from '../../src/server/app.ts';
import { partsOf } from '../../src/server/dependencies.ts';
import { type Route, route } from '../../src/server/route.ts';
import { testServer } from '../../src/server/server.case.ts';
import type { TokenRole } from '../../src/store/index.ts';

const server = testServer();

/** Every route as a request, with made-up parameters. */
const requests = () =>
  server.app.routes.map(({ method, path, access }) => {
    const url = path.replace('{file}', 'start.js').replace(/\{\w+\}/g, '1');
    return { method: method.toUpperCase(), url, access, name: `${method.toUpperCase()} ${path}` };
  });

const ask = (method: string, url: string, as?: TokenRole | 'expired', headers: Record<string, string> = {}) =>
  server.ask(method, url, { as, headers, ...(method === 'POST' || method === 'PATCH' ? { body: {} } : {}) });

let names: readonly string[] = [];
beforeAll(() => {
  names = requests().map(({ name }) => name);
});

describe('every route', () => {
  it('says who may use it, and only these are for everybody', () => {
    expect(names.length).toBeGreaterThan(60);
    expect(
      requests()
        .filter(({ access }) => access === 'public')
        .map(({ name }) => name),
    ).toEqual([
      'POST /api/v1/session',
      'GET /health',
      'GET /ready',
      'GET /api/v1/openapi.json',
      'GET /api/v1/docs',
      'GET /api/v1/docs/{file}',
    ]);
  });

  it('refuses who brings no token, one that is unknown, expired or revoked, or something else', async () => {
    const { token, secret } = await server.store.tokens.issue({ name: 'gone', role: 'admin', author: 'test' });
    await server.store.tokens.revoke(token.id);
    const tries: Record<string, Record<string, string>> = {
      nothing: {},
      unknown: { authorization: 'Bearer none' },
      expired: { authorization: `Bearer ${server.tokens.expired}` },
      revoked: { authorization: `Bearer ${secret}` },
      basic: { authorization: `Basic ${Buffer.from(`admin:${server.tokens.admin}`).toString('base64')}` },
      'as a cookie': { cookie: `caracal_session=${server.tokens.admin}` },
      'in the query': {},
    };
    const wrong: string[] = [];
    for (const { method, url, access, name } of requests()) {
      if (access === 'public') continue;
      for (const [kind, headers] of Object.entries(tries)) {
        const target = kind === 'in the query' ? `${url}?token=${server.tokens.admin}` : url;
        const response = await ask(method, target, undefined, headers);
        const problem = (await response.json()) as { status: number };
        if (response.status !== 401 || problem.status !== 401) wrong.push(`${name} ${kind}: ${response.status}`);
        if (!response.headers.get('www-authenticate')?.startsWith('Bearer')) wrong.push(`${name}: no challenge`);
      }
      server.clock.advance(60_000);
    }
    expect(wrong).toEqual([]);
  });

  it('lets in who may, and nobody else', async () => {
    const may = {
      sender: ['sender'],
      viewer: ['viewer'],
      analyst: ['viewer', 'analyst', 'sender'],
      admin: null,
    } as const;
    const wrong: string[] = [];
    for (const role of ['sender', 'viewer', 'analyst', 'admin'] as const) {
      const allowed = may[role] as readonly string[] | null;
      for (const { method, url, access, name } of requests()) {
        if (access === 'public') continue;
        const response = await ask(method, url, role);
        await response.body?.cancel();
        const refused = response.status === 403;
        const expected = allowed !== null && !allowed.includes(access);
        if (refused !== expected || response.status === 401) wrong.push(`${role} ${name}: ${response.status}`);
        server.clock.advance(1000);
      }
    }
    expect(wrong).toEqual([]);
    expect(server.errors).toEqual([]);
  });

  it('lets a viewer change nothing but what is their own', () => {
    const changes = requests().filter(({ method, access }) => method !== 'GET' && access === 'viewer');
    expect(changes.map(({ name }) => name)).toEqual([
      'DELETE /api/v1/session',
      'POST /api/v1/session/password',
      'POST /api/v1/infer',
      'POST /api/v1/windows/preview',
    ]);
  });

  it('has strict headers, whatever it answers', async () => {
    for (const { method, url, name } of [
      ...requests(),
      { method: 'GET', url: '/nothing', name: 'nothing' },
      { method: 'PUT', url: '/api/v1/alerts', name: 'another method' },
    ]) {
      const { headers, body } = await ask(method, url, 'admin');
      await body?.cancel();
      const seen = {
        sniff: headers.get('x-content-type-options'),
        referrer: headers.get('referrer-policy'),
        opener: headers.get('cross-origin-opener-policy'),
        resource: headers.get('cross-origin-resource-policy'),
        policy: /default-src 'none';.*frame-ancestors 'none'/.test(headers.get('content-security-policy') ?? ''),
        inline: /unsafe/.test(headers.get('content-security-policy') ?? ''),
        shared: headers.get('access-control-allow-origin'),
        powered: headers.get('x-powered-by') ?? headers.get('server'),
      };
      expect([name, seen]).toEqual([
        name,
        {
          ...{ sniff: 'nosniff', referrer: 'no-referrer', opener: 'same-origin', resource: 'same-origin' },
          ...{ policy: true, inline: false, shared: null, powered: null },
        },
      ]);
      server.clock.advance(1000);
    }
  });
});

describe('what was not declared', () => {
  it('is for nobody, also where it is served', async () => {
    const { store, service, clock } = server;
    const parts = partsOf({ store, service, clock, version: '0', retryNotification: async () => {} });
    const forgotten: Route = route({
      ...{ method: 'get', path: '/api/v1/forgotten', access: 'public', tag: 'x', summary: 'x' },
      handle: () => new Response('secret'),
    });
    const ask = (app: ReturnType<typeof appOf>) =>
      app.fetch(
        new Request('http://localhost/api/v1/forgotten', {
          headers: { authorization: `Bearer ${server.tokens.admin}` },
        }),
      );
    expect((await ask(appOf([forgotten], parts))).status).toBe(200);
    const refused = await ask(appOf([forgotten], parts, []));
    expect([refused.status, await refused.text()]).toEqual([403, expect.not.stringContaining('secret')]);
  });

  it('is 404, and 405 with the methods that there are', async () => {
    const status = async (method: string, url: string) => (await ask(method, url, 'admin')).status;
    expect(await status('GET', '/api/v1/nothing')).toBe(404);
    expect(await status('GET', '/api/v2/alerts')).toBe(404);
    expect(await status('OPTIONS', '/api/v1/alerts')).toBe(405);
    const put = await ask('PUT', '/api/v1/users/ann', 'admin');
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'PATCH, DELETE']);
    expect((await ask('POST', '/api/v1/alerts/counts', 'admin')).headers.get('allow')).toBe('GET, HEAD');
    const head = await ask('HEAD', '/api/v1/alerts', 'viewer');
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await ask('HEAD', '/api/v1/alerts')).status).toBe(401);
  });
});
