import { describe, expect, it } from 'vitest';
import { hostsFor } from '../../src/server/index.ts';
import { testServer } from '../../src/server/server.case.ts';

const server = testServer({ hosts: hostsFor('127.0.0.1', ['siem.example']) });
const limited = testServer({
  limits: {
    address: { perSecond: 1, burst: 20 },
    identity: { perSecond: 1, burst: 5 },
    login: { perSecond: 0.1, burst: 3 },
  },
});

describe('the host that a request names', () => {
  it.each([
    ['127.0.0.1:7007', 200],
    ['localhost', 200],
    ['LOCALHOST:80', 200],
    ['[::1]:7007', 200],
    ['siem.example', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example:7007', 421],
    ['169.254.169.254', 421],
    ['[::2]', 421],
    ['', 421],
    ['localhost, evil.example', 421],
  ])('is one of ours: %s is answered with %i', async (host, status) => {
    expect((await server.ask('GET', '/health', { headers: { host } })).status).toBe(status);
    const alerts = await server.ask('GET', '/api/v1/alerts', { as: 'viewer', headers: { host } });
    expect(alerts.status).toBe(status);
  });
});

describe('too many requests', () => {
  it('of one token are told when to come again, and cost others nothing', async () => {
    const get = async (as: 'viewer' | 'analyst') => {
      const { status, headers } = await limited.ask('GET', '/api/v1/status', { as });
      return status === 429 ? `429 ${headers.get('retry-after')}` : status;
    };
    const seen = [];
    for (let i = 0; i < 6; i++) seen.push(await get('viewer'));
    expect(seen).toEqual([200, 200, 200, 200, 200, '429 1']);
    expect(await get('analyst')).toBe(200);
    limited.clock.advance(1000);
    expect([await get('viewer'), await get('viewer')]).toEqual([200, '429 1']);
    limited.clock.advance(60_000);
  });

  it('of one address are refused before anything is looked up', async () => {
    const statuses = [];
    for (let i = 0; i < 21; i++) statuses.push((await limited.ask('GET', '/health')).status);
    expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([20, 429]);
    limited.clock.advance(60_000);
  });

  it('to log in are refused after a few, whatever the names', async () => {
    const statuses = [];
    for (const user of ['a', 'b', 'c', 'd']) {
      statuses.push((await limited.ask('POST', '/api/v1/session', { body: { user, password: 'guess' } })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
  });
});
