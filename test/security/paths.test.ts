import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../../src/server/index.ts';
import { testServer } from '../../src/server/server.case.ts';
import { workspace } from '../support/workspace.ts';

const { write, path, directory } = workspace();
const PAGE = '<!doctype html><title>Caracal</title>';
const SCRIPT = `console.log('${'x'.repeat(3000)}')`;
write('web/index.html', PAGE);
write('web/theme.js', 'dark()');
write('web/assets/index-a1B2c3D4.js', SCRIPT);
write('secret.txt', 'SECRET');
write('web-secret/key.txt', 'SECRET');
symlinkSync(path('secret.txt'), path('web/link.txt'));
symlinkSync(directory('web-secret'), path('web/linked'));

const server = testServer({ webRoot: path('web') });
let listening: Listening;
beforeAll(async () => {
  listening = await listen(server.app, { port: 0 });
});
afterAll(() => listening.close());

/** Asks for a path as it stands, which no client would send. */
async function ask(target: string, headers = ''): Promise<string> {
  const socket = connect(listening.address.port, '127.0.0.1');
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n${headers}Connection: close\r\n\r\n`,
    'latin1',
  );
  await once(socket, 'close');
  return text;
}

describe('files of the dashboard', () => {
  it('are served with their types, and kept as long as their names say', async () => {
    const get = (url: string, headers: Record<string, string> = {}) => server.ask('GET', url, { headers });
    const page = await get('/');
    expect(await page.text()).toBe(PAGE);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';(?!.*unsafe)/);
    const script = await get('/assets/index-a1B2c3D4.js', { 'accept-encoding': 'gzip, br' });
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-encoding')).toBe('br');
    expect(brotliDecompressSync(await script.arrayBuffer()).toString()).toBe(SCRIPT);
    expect((await get('/theme.js')).headers.get('cache-control')).toBe('no-cache');
    const again = await get('/theme.js', { 'if-none-match': (await get('/theme.js')).headers.get('etag') ?? '' });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('leave the views of the dashboard to its page', async () => {
    const get = async (url: string, accept: string) => {
      const response = await server.ask('GET', url, { headers: { accept } });
      return [response.status, (await response.text()).includes('<title>')];
    };
    expect(await get('/alerts/4f2a', 'text/html,*/*;q=0.8')).toEqual([200, true]);
    expect(await get('/alerts/4f2a', 'application/json')).toEqual([404, false]);
    expect(await get('/missing.js', '*/*')).toEqual([404, false]);
    expect(await get('/api/v1/missing', 'text/html')).toEqual([404, false]);
    expect((await server.ask('POST', '/alerts')).status).toBe(404);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e%252fsecret.txt',
    '/assets/..%c0%afsecret.txt',
    '//secret.txt',
    '/./../web-secret/key.txt',
    '/../web-secret/key.txt',
    '/index.html%00.js',
    '/secret.txt%00',
    '/link.txt',
    '/linked/key.txt',
    '/....//secret.txt',
    '/%',
    '/%ff',
    '/file:///etc/passwd',
    'http://127.0.0.1/../secret.txt',
    '/api/v1/docs/..%2f..%2fpackage.json',
    '/api/v1/docs/swagger-ui-bundle.js%2f..%2f..%2fpackage.json',
  ])('are all that is served: %s', async (target) => {
    const answer = await ask(target);
    expect(answer).toMatch(/^HTTP\/1.1 (200|400|404) /);
    expect(answer).not.toMatch(/SECRET|root:|"dependencies"/);
    expect(answer.includes('200 OK') ? answer : PAGE).toContain('<title>');
    if (answer.includes('404')) expect(answer).toContain('application/problem+json');
  });

  it('are not there without a folder of them', async () => {
    const response = await plain.ask('GET', '/', { headers: { accept: 'text/html' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });
});

const plain = testServer();
