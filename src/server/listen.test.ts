import { once } from 'node:events';
import { get } from 'node:https';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { selfSigned } from '../../test/support/self-signed.ts';
import { workspace } from '../../test/support/workspace.ts';
import { hostsFor, listen } from './index.ts';
import { testServer } from './server.case.ts';

const plain = testServer();
const secure = testServer({ secureCookies: true });
const { write } = workspace();

describe('listening', () => {
  it('is on 127.0.0.1 unless told otherwise', async () => {
    const listening = await listen(plain.app, { port: 0 });
    expect(listening.address.host).toBe('127.0.0.1');
    expect(await (await fetch(`${listening.url}/health`)).json()).toEqual({ status: 'alive' });
    await expect(listen(plain.app, { port: listening.address.port })).rejects.toMatchObject({ code: 'E_RUNTIME' });
    await listening.close();
    await expect(fetch(`${listening.url}/health`)).rejects.toThrow();
  });

  it('speaks TLS with a key and its certificate', async () => {
    const { key, cert } = selfSigned('localhost');
    const tls = { key: write('key.pem', key), cert: write('cert.pem', cert) };
    await expect(listen(plain.app, { port: 0, tls })).rejects.toMatchObject({ code: 'E_USAGE' });
    const listening = await listen(secure.app, { port: 0, tls });
    expect(listening.url).toMatch(/^https:/);
    const { port } = listening.address;
    const request = get({ host: '127.0.0.1', port, path: '/health', ca: cert, servername: 'localhost', agent: false });
    const [response] = await once(request, 'response');
    expect([response.statusCode, response.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
    response.resume();
    await once(response, 'end');
    await listening.close();
  });

  it('ends live streams and answers what was asked when it closes', async () => {
    const listening = await listen(plain.app, { port: 0 });
    const headers = { authorization: `Bearer ${plain.tokens.viewer}` };
    const socket = new WebSocket(`${listening.url.replace('http', 'ws')}/api/v1/live`, { headers });
    await once(socket, 'message');
    const events = await fetch(`${listening.url}/api/v1/live/sse`, { headers });
    const closed = once(socket, 'close');
    const text = events.text();
    await listening.close();
    expect((await closed)[0]).toBe(1001);
    expect(await text).toContain('event: status');
  });
});

describe('hosts that are served', () => {
  it('are only its own on a loopback address, so that no DNS can lead a page here', () => {
    expect(hostsFor('127.0.0.1', ['siem.example'])).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
      '127.0.0.1',
      'siem.example',
    ]);
    expect(hostsFor('0.0.0.0')).toBeUndefined();
    expect(hostsFor('10.0.0.5', ['siem.example'])).toEqual(['siem.example', '10.0.0.5']);
  });
});
