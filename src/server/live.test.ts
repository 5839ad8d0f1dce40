import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { nextTurn, turnsUntil } from '../../test/support/manual-clock.ts';
import { newAlert } from '../store/cases/sample-alerts.case.ts';
import type { LiveEvent } from './client.ts';
import { type Listening, listen } from './index.ts';
import { testServer } from './server.case.ts';

const server = testServer({
  limits: { liveClientsEach: 3, liveQueue: 20, liveCheck: 15_000, liveQueueBytes: 500_000 },
});
let listening: Listening;
beforeAll(async () => {
  listening = await listen(server.app, { port: 0 });
});
afterAll(() => listening.close());

/** A WebSocket that keeps what it was sent. */
async function open(headers: Record<string, string>, query = ''): Promise<{ socket: WebSocket; seen: LiveEvent[] }> {
  const socket = new WebSocket(`${listening.url.replace('http', 'ws')}/api/v1/live${query}`, { headers });
  const seen: LiveEvent[] = [];
  socket.on('message', (text) => seen.push(JSON.parse(String(text)) as LiveEvent));
  await once(socket, 'open');
  return { socket, seen };
}

const bearer = (role: 'viewer' | 'analyst' | 'sender' = 'viewer') => ({
  authorization: `Bearer ${server.tokens[role]}`,
});

/** The status of a refused handshake. */
async function refusal(headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${listening.url.replace('http', 'ws')}/api/v1/live`, { headers });
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  socket.terminate();
  return response.statusCode;
}

const alert = (id: string) => {
  const kept = { suppression: null, status: 'open', statusUntil: null, created: 1, updated: 1, revision: 1 } as const;
  return { ...newAlert({ id, reason: '<script>alert(1)</script>' }), ...kept };
};
const emit = (id: string) => server.service.emit({ type: 'alert', alert: alert(id), change: 'added' });

describe('the live stream over a WebSocket', () => {
  it('says where the service stands, then what happens', async () => {
    const { socket, seen } = await open(bearer());
    await turnsUntil(() => seen.length === 1);
    emit('a1');
    await turnsUntil(() => seen.length === 2);
    expect(seen).toMatchObject([
      { type: 'status', status: { phase: 'live' } },
      { type: 'alert', alert: { id: 'a1' } },
    ]);
    socket.close();
    await turnsUntil(() => server.service.listeners === 0);
  });

  it('tells who comes back to read anew', async () => {
    const { socket, seen } = await open(bearer(), '?returning=true');
    await turnsUntil(() => seen.length === 2);
    expect(seen.map(({ type }) => type)).toEqual(['resync', 'status']);
    socket.close();
  });

  it('is for those who may see it, from this origin', async () => {
    expect(await refusal({})).toBe(401);
    expect(await refusal(bearer('sender'))).toBe(403);
    expect(await refusal({ ...bearer(), origin: 'http://evil.example' })).toBe(403);
    const secret = await server.store.tokens
      .list()
      .then((tokens) => tokens.find(({ role }) => role === 'viewer'))
      .then((token) => server.store.sessions.start({ token: token?.id ?? 0 }, server.clock.now() + 1000));
    const cookie = `caracal_session=${secret}`;
    expect(await refusal({ cookie })).toBe(403);
    const { socket } = await open({ cookie, origin: listening.url });
    socket.close();
    const plain = await server.ask('GET', '/api/v1/live', { as: 'viewer' });
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
    const half = await server.ask('GET', '/api/v1/live', { as: 'viewer', headers: { upgrade: 'websocket' } });
    expect(half.status).toBe(426);
  });

  it('ends when the token does', async () => {
    const { token, secret } = await server.store.tokens.issue({ name: 'short', role: 'viewer', author: 'test' });
    const { socket, seen } = await open({ authorization: `Bearer ${secret}` });
    await turnsUntil(() => seen.length === 1);
    server.clock.advance(15_000);
    await turnsUntil(() => seen.length === 2);
    expect(seen[1]).toEqual({ type: 'ping' });
    await server.store.tokens.revoke(token.id);
    const closed = once(socket, 'close');
    // The check after the ping asks the store; once it is over the next one can be due.
    const tick = setInterval(() => server.clock.advance(15_000), 5);
    expect((await closed)[0]).toBe(1001);
    clearInterval(tick);
  });

  it('does not read, and lets nobody open too many', async () => {
    const clients = await Promise.all([1, 2, 3].map(() => open(bearer('analyst'))));
    expect(await refusal(bearer('analyst'))).toBe(503);
    const [first] = clients;
    first?.socket.send('hello');
    if (first) expect((await once(first.socket, 'close'))[0]).toBe(1008);
    for (const { socket } of clients) socket.close();
    await turnsUntil(() => server.service.listeners === 0);
  });

  it('holds little for a client that does not read, and tells it to read anew', async () => {
    const { socket, seen } = await open(bearer());
    await turnsUntil(() => seen.length === 1);
    socket.pause();
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    const reason = 'x'.repeat(20_000);
    for (let i = 0; i < 3000; i++) {
      server.service.emit({ type: 'alert', alert: { ...alert(`slow ${i}`), reason }, change: 'added' });
      await nextTurn();
    }
    // 60 MB were sent its way.
    expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(40e6);
    socket.resume();
    await turnsUntil(() => seen.some((message) => message.type === 'alert' && message.alert.id === 'slow 2999'));
    socket.close();
    const alerts = seen.filter(({ type }) => type === 'alert').length;
    const dropped = seen.reduce((sum, message) => sum + (message.type === 'resync' ? message.dropped : 0), 0);
    expect(dropped).toBeGreaterThan(1000);
    expect(alerts + dropped).toBe(3000);
  });
});

describe('the live stream as server-sent events', () => {
  it('has the same messages, numbered', async () => {
    const headers = { ...bearer(), 'last-event-id': '7' };
    const response = await fetch(`${listening.url}/api/v1/live/sse`, { headers });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    const until = async (part: string): Promise<void> => {
      while (!text.includes(part)) text += new TextDecoder().decode((await reader.read()).value);
    };
    await until('event: status');
    emit('a2');
    await until('"a2"');
    expect(text).toMatch(
      /^event: resync\nid: 1\ndata: \{"type":"resync","dropped":0\}\n\nevent: status\nid: 2\ndata: \{/,
    );
    expect(text).toMatch(/\n\nevent: alert\nid: 3\ndata: \{.*\}/);
    await reader.cancel();
    const head = await fetch(`${listening.url}/api/v1/live/sse`, { method: 'HEAD', headers: bearer() });
    expect(head.headers.get('content-type')).toBe('text/event-stream');
    await turnsUntil(() => server.service.listeners === 0);
  });
});
