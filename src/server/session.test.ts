import { beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from './index.ts';
import type { SessionBody } from './schemas/people.ts';
import { testServer } from './server.case.ts';

const server = testServer({ limits: { login: { perSecond: 1, burst: 200 }, session: 3_600_000 } });
const secure = testServer({ secureCookies: true });

const ANN = { user: 'ann', password: 'correct horse battery' };
beforeAll(async () => {
  const passwordHash = await hashPassword(ANN.password, 4);
  await server.store.users.add({ name: 'ann', role: 'analyst', passwordHash });
});

const logIn = (body: object, headers: Record<string, string> = {}) =>
  server.ask('POST', '/api/v1/session', { body, headers });

/** The cookie of an answer as a browser sends it back. */
function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

describe('logging in', () => {
  it('gives a cookie that scripts cannot read, and a token for changes', async () => {
    const response = await logIn(ANN);
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toMatch(
      /^caracal_session=[\w-]{43}; Path=\/; Max-Age=3600; HttpOnly; SameSite=Strict$/,
    );
    const { user, role, csrf, expires } = (await response.json()) as SessionBody;
    expect([user, role, expires]).toEqual(['ann', 'analyst', server.clock.now() + 3_600_000]);
    const cookie = cookieOf(response);
    const again = await server.ask('GET', '/api/v1/session', { headers: { cookie } });
    expect(await again.json()).toEqual({ user: 'ann', role: 'analyst', csrf, expires });
  });

  it('gives a cookie that only travels over TLS where there is TLS', async () => {
    const body = { token: secure.tokens.admin };
    const response = await secure.ask('POST', '/api/v1/session', { body });
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-caracal_session=.*; Secure$/);
    expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=/);
    const plain = cookieOf(response).replace('__Host-', '');
    expect((await secure.ask('GET', '/api/v1/session', { headers: { cookie: plain } })).status).toBe(401);
  });

  it('works with a token, for as long as that is valid', async () => {
    const expires = server.clock.now() + 60_000;
    const { secret, token } = await server.store.tokens.issue({ name: 'mia', role: 'admin', author: 'ann', expires });
    const response = await logIn({ token: secret });
    expect(await response.clone().json()).toMatchObject({ user: 'token:mia', role: 'admin', expires });
    const headers = { cookie: cookieOf(response) };
    expect((await server.ask('GET', '/api/v1/users', { headers })).status).toBe(200);
    await server.store.tokens.revoke(token.id);
    expect((await server.ask('GET', '/api/v1/users', { headers })).status).toBe(401);
  });

  it('is not for tokens that only bring lines, nor for what has ended', async () => {
    expect((await logIn({ token: server.tokens.sender })).status).toBe(403);
    expect((await logIn({ token: server.tokens.expired })).status).toBe(401);
    expect((await logIn({ token: 'unknown' })).status).toBe(401);
    expect((await logIn({ ...ANN, token: server.tokens.admin })).status).toBe(400);
  });

  it('says the same of an unknown user as of a wrong password, and writes both down', async () => {
    const wrong = await logIn({ ...ANN, password: 'wrong' });
    const unknown = await logIn({ user: 'nobody', password: 'wrong' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await unknown.json());
    const { items } = await server.store.audit.page({ target: 'user:nobody' });
    expect(items).toMatchObject([{ actor: '(anonymous)', action: 'session.refuse' }]);
    expect(JSON.stringify(items)).not.toContain('wrong');
  });

  it('ends with its time, and with the log-out', async () => {
    const first = { cookie: cookieOf(await logIn(ANN)) };
    const response = await logIn(ANN);
    const { csrf } = (await response.json()) as SessionBody;
    const second = { cookie: cookieOf(response), 'x-csrf-token': csrf };
    const out = await server.ask('DELETE', '/api/v1/session', { headers: second });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await server.ask('GET', '/api/v1/session', { headers: second })).status).toBe(401);
    expect((await server.ask('GET', '/api/v1/session', { headers: first })).status).toBe(200);
    server.clock.advance(3_600_000);
    expect((await server.ask('GET', '/api/v1/session', { headers: first })).status).toBe(401);
  });

  it('keeps names waiting longer and longer after failures, and only them', async () => {
    const attempt = async (user: string, password = 'wrong password') => {
      const { status, headers } = await logIn({ user, password });
      return status === 429 ? `429 ${headers.get('retry-after')}` : status;
    };
    await server.store.users.add({ name: 'eve', role: 'viewer', passwordHash: await hashPassword('a long one', 4) });
    const seen = [];
    for (let i = 0; i < 6; i++) seen.push(await attempt('eve'));
    expect(seen).toEqual([401, 401, 401, 401, 401, '429 1']);
    server.clock.advance(1000);
    expect([await attempt('eve'), await attempt('eve')]).toEqual([401, '429 2']);
    server.clock.advance(2000);
    expect([await attempt('eve'), await attempt('eve', 'a long one')]).toEqual([401, '429 4']);
    expect(await attempt('ann', ANN.password)).toBe(200);
    server.clock.advance(4000);
    expect([await attempt('eve', 'a long one'), await attempt('eve')]).toEqual([200, 401]);
  });
});

describe("one's own password", () => {
  it('is changed with the one before, and ends all sessions', async () => {
    await server.store.users.add({ name: 'kim', role: 'viewer', passwordHash: await hashPassword('the first one', 4) });
    const enter = async (password: string) => {
      const response = await logIn({ user: 'kim', password });
      const csrf = response.ok ? ((await response.json()) as SessionBody).csrf : '';
      return { cookie: cookieOf(response), 'x-csrf-token': csrf };
    };
    const other = await enter('the first one');
    const headers = await enter('the first one');
    const change = async (body: object) =>
      (await server.ask('POST', '/api/v1/session/password', { body, headers })).status;
    expect(await change({ password: 'a wrong one', next: 'the second one' })).toBe(403);
    expect(await change({ password: 'the first one', next: 'short' })).toBe(400);
    expect(await change({ password: 'the first one', next: 'the second one' })).toBe(204);
    expect((await server.ask('GET', '/api/v1/session', { headers: other })).status).toBe(401);
    expect([(await enter('the first one')).cookie, (await enter('the second one')).cookie]).toEqual([
      '',
      expect.stringContaining('caracal_session='),
    ]);
    const { items } = await server.store.audit.page({ actor: 'kim' });
    expect(items.map(({ action }) => action)).toContain('session.password');
  });
});

describe('changes with a cookie', () => {
  const given = async (headers: Record<string, string>) => {
    const response = await logIn(ANN);
    const { csrf } = (await response.json()) as SessionBody;
    const sent: Record<string, string> = { cookie: cookieOf(response), ...headers };
    if (sent['x-csrf-token'] === 'right') sent['x-csrf-token'] = csrf;
    const body = { match: { host: 'web' }, reason: 'maintenance' };
    return (await server.ask('POST', '/api/v1/suppressions', { body, headers: sent })).status;
  };

  it.each([
    ['with the CSRF token', 201, { 'x-csrf-token': 'right' }],
    [
      'from this origin',
      201,
      {
        'x-csrf-token': 'right',
        origin: 'http://127.0.0.1:7007',
        host: '127.0.0.1:7007',
        'sec-fetch-site': 'same-origin',
      },
    ],
    ['without it', 403, {}],
    ['with another one', 403, { 'x-csrf-token': 'x'.repeat(43) }],
    ['from another origin', 403, { 'x-csrf-token': 'right', origin: 'http://evil.example' }],
    [
      'from an origin of the same host, another port',
      403,
      { 'x-csrf-token': 'right', origin: 'http://127.0.0.1:8080' },
    ],
    ['from a page in a box', 403, { 'x-csrf-token': 'right', origin: 'null' }],
    ['from a sister site', 403, { 'x-csrf-token': 'right', 'sec-fetch-site': 'same-site' }],
  ] as [string, number, Record<string, string>][])('%s: %i', async (_, status, headers) => {
    expect(await given(headers)).toBe(status);
  });

  it('are not needed to read, and tokens need none of it', async () => {
    const headers = { cookie: cookieOf(await logIn(ANN)) };
    expect((await server.ask('GET', '/api/v1/alerts', { headers })).status).toBe(200);
    const body = { match: { host: 'web' }, reason: 'maintenance' };
    expect((await server.ask('POST', '/api/v1/suppressions', { as: 'analyst', body })).status).toBe(201);
  });

  it('cannot log somebody in from another site', async () => {
    expect((await logIn(ANN, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await logIn(ANN, { 'content-type': 'text/plain' })).status).toBe(415);
  });
});
