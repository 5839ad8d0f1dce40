import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { depthOf } from '../../src/server/body.ts';
import { type Listening, listen } from '../../src/server/index.ts';
import { testServer } from '../../src/server/server.case.ts';

const server = testServer({ limits: { bodyBytes: 10_000 } });
let listening: Listening;
beforeAll(async () => {
  listening = await listen(server.app, { port: 0, headerTimeout: 200, requestTimeout: 400, idleTimeout: 300 });
});
afterAll(() => listening.close());

/** Sends bytes as they are; gives all that came back until the connection was closed. */
async function raw(...parts: string[]): Promise<string> {
  const socket: Socket = connect(listening.address.port, '127.0.0.1');
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  await new Promise((resolve) => socket.on('close', resolve));
  return text;
}

const post = (body: string, headers: Record<string, string> = {}) =>
  server.ask('POST', '/api/v1/verdicts', { as: 'analyst', body, headers });

describe('bodies', () => {
  it('have a bound, whatever their headers say', async () => {
    expect((await post(JSON.stringify({ reason: 'x'.repeat(10_000) }))).status).toBe(413);
    const lines = `POST /api/v1/infer HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.tokens.viewer}\r\n`;
    const json = 'Content-Type: application/json\r\n';
    const declared = await raw(`${lines}${json}Content-Length: 50000000000\r\n\r\n{"lines":["`);
    expect(declared).toMatch(/^HTTP\/1.1 413 [\s\S]*10000 bytes/);
    // Without a length, a chunk at a time.
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
    expect(await raw(`${lines}${json}Transfer-Encoding: chunked\r\n\r\n`, chunk, chunk, chunk)).toMatch(
      /^HTTP\/1.1 413 /,
    );
    expect((await post('{}')).status).toBe(400);
  });

  it('may be nested so deep, and no parser meets what is deeper', async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const deep = await post(`{"targets":${nested(4000)}}`);
    expect([deep.status, await deep.text()]).toEqual([400, expect.stringContaining('nested deeper than 32')]);
    expect((await post(`{"targets":${nested(20)}}`)).status).toBe(400);
    expect(depthOf('{"a":"[[[[\\"[[", "b":[{}]}')).toBe(3);
    expect(depthOf(']]]]')).toBe(0);
  });

  it('are JSON in UTF-8, with the parts that are known', async () => {
    const status = async (body: string, headers = {}) => (await post(body, headers)).status;
    expect(await status('{"a":')).toBe(400);
    expect(await status('')).toBe(400);
    expect(await status('a=1', { 'content-type': 'application/x-www-form-urlencoded' })).toBe(415);
    const verdict = { targets: [{ kind: 'alert', id: 'a' }], verdict: 'false-positive', reason: 'because' };
    for (const more of [{ author: 'ann' }, { constructor: 1 }]) {
      expect(await status(JSON.stringify({ ...verdict, ...more }))).toBe(400);
    }
    expect(await status(JSON.stringify(verdict).replace('{', '{"__proto__":{"author":"ann"},'))).not.toBe(201);
    expect(({} as { author?: string }).author).toBeUndefined();
  });

  it('that are pushed have the bounds of the source, not these', async () => {
    const body = 'x'.repeat(20_000);
    const response = await server.ask('POST', '/api/v1/push?a=1', {
      ...{ as: 'sender', body, headers: { 'content-type': 'text/plain' } },
    });
    expect([response.status, await response.json()]).toEqual([200, { accepted: 1 }]);
    expect(server.service.pushed).toEqual([`POST /api/v1/push?a=1 text/plain ${body}`]);
  });
});

describe('slow and broken requests', () => {
  it('are not waited for: headers, bodies, silence', async () => {
    const [headers, body, silence] = await Promise.all([
      raw('GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: '),
      raw(
        `POST /api/v1/infer HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.tokens.viewer}\r\n` +
          'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"lines"',
      ),
      raw(''),
    ]);
    expect(headers).toMatch(/^HTTP\/1.1 408 [\s\S]*application\/problem\+json/);
    expect(body).toMatch(/^(HTTP\/1.1 408 |$)/);
    expect(silence).toMatch(/^(HTTP\/1.1 408 |$)/);
    expect((await fetch(`${listening.url}/health`)).status).toBe(200);
  });

  it.each([
    ['a header that begins another one', 'GET /health HTTP/1.1\r\nHost: x\r\nX: a\nEvil: b\r\rC: d\r\n\r\n', 400],
    [
      'two lengths',
      'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      400,
    ],
    [
      'a length beside chunks',
      'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['headers without end', `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', 400],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['another upgrade', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n', 400],
  ])('are refused: %s', async (_, request, status) => {
    expect(await raw(request)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});
