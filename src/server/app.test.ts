import { describe, expect, it } from 'vitest';
import { CaracalError, type ErrorCode } from '../errors.ts';
import { newAlert } from '../store/cases/sample-alerts.case.ts';
import type { ProblemBody } from './problem.ts';
import { testServer } from './server.case.ts';

const failing = { error: null as CaracalError | null };
const server = testServer({
  retryNotification: async () => {
    if (failing.error) throw failing.error;
  },
});

const problemOf = async (response: Response): Promise<ProblemBody> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return (await response.json()) as ProblemBody;
};

describe('errors', () => {
  it.each([
    ['E_USAGE', 400, 'told'],
    ['E_STORE_CONFLICT', 409, 'told'],
    ['E_BUSY', 409, 'told'],
    ['E_TOO_LITTLE_DATA', 409, 'told'],
    ['E_LIMIT', 422, 'told'],
    ['E_LEARNING', 503, 'told', '30'],
    ['E_STORE_BUSY', 503, 'hidden', '2'],
    ['E_STORE_UNAVAILABLE', 503, 'hidden', '5'],
    ['E_STORE_FULL', 507, 'hidden'],
    ['E_STORE_CORRUPT', 500, 'hidden'],
    ['E_RUNTIME', 500, 'hidden'],
  ] as [ErrorCode, number, string, string?][])('%s is %i, its message %s', async (code, status, told, after) => {
    const { infer } = server.service;
    server.service.infer = () => Promise.reject(new CaracalError(code, 'in /var/lib/caracal.db'));
    const response = await server.ask('POST', '/api/v1/infer', { as: 'viewer', body: { lines: ['a'] } });
    server.service.infer = infer;
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, after ?? null]);
    const { detail, instance, ...problem } = await problemOf(response);
    expect(problem).toMatchObject({ type: 'about:blank', status, code });
    expect([detail.includes('/var/lib'), instance === undefined]).toEqual([told === 'told', told === 'told']);
  });

  it('name the part of a request that is wrong, and what was expected there', async () => {
    const errors = async (url: string) => (await problemOf(await server.ask('GET', url, { as: 'viewer' }))).errors;
    expect(await errors('/api/v1/alerts?limit=0&status=shut&colour=red')).toEqual([
      { field: 'query.status', detail: expect.stringContaining('"open"') },
      { field: 'query.limit', detail: 'expected a whole number from 1 to 1000' },
      { field: 'query', detail: expect.stringContaining('"colour"') },
    ]);
    expect(await errors('/api/v1/records/x/around')).toEqual([{ field: 'path.id', detail: 'expected a whole number' }]);
    expect(await errors('/api/v1/alerts?from=1e3')).toEqual([{ field: 'query.from', detail: 'expected a number' }]);
    expect(await errors('/api/v1/alerts?host=a&host=b')).toMatchObject([{ field: 'query.host' }]);
    expect(await errors('/api/v1/alerts?text=a%00b')).toMatchObject([{ detail: 'expected text without NUL' }]);
    expect(await errors('/api/v1/counts')).toMatchObject([{ field: 'query.from' }, { field: 'query.to' }]);
    const turned = await server.ask('GET', '/api/v1/counts?from=2&to=1', { as: 'viewer' });
    expect(await problemOf(turned)).toMatchObject({ status: 400, code: 'E_USAGE' });
  });
});

describe('probes', () => {
  it('tell a live process from one that takes lines in', async () => {
    const status = async (url: string) => (await server.ask('GET', url)).status;
    expect([await status('/health'), await status('/ready')]).toEqual([200, 200]);
    server.service.phase = 'failed';
    expect([await status('/health'), await status('/ready')]).toEqual([200, 503]);
    server.service.phase = 'learning';
    const { ping } = server.store;
    expect(await status('/ready')).toBe(200);
    Object.assign(server.store, { ping: () => Promise.reject(new CaracalError('E_STORE_UNAVAILABLE', 'gone')) });
    expect([await status('/health'), await status('/ready')]).toEqual([200, 503]);
    Object.assign(server.store, { ping });
    server.service.phase = 'live';
  });

  it('give metrics that Prometheus reads', async () => {
    await server.ask('GET', '/nothing');
    const response = await server.ask('GET', '/metrics', { as: 'viewer' });
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = (await response.text()).split('\n');
    expect(lines.pop()).toBe('');
    const help = /^# HELP (\w+) \S.*$/;
    const sample = /^(\w+)(\{\w+="[^"\\\n]*"(,\w+="[^"\\\n]*")*\})? -?\d+(\.\d+)?(e[+-]\d+)?$/;
    for (const line of lines)
      expect(line).toMatch(
        line.startsWith('# TYPE') ? /^# TYPE \w+ (counter|gauge)$/ : line.startsWith('#') ? help : sample,
      );
    expect(lines).toContain('caracal_lines_total 1200');
    expect(lines).toContain('caracal_http_answers_total{status="404"} 1');
    expect(lines).toContain('caracal_delivery_latency_seconds{quantile="0.99"} 0.18');
  });
});

describe('answers that did not change', () => {
  it('are not sent again', async () => {
    await server.store.alerts.upsert([newAlert({ id: 'a1' })]);
    const get = (tag = '') =>
      server.ask('GET', '/api/v1/alerts/a1', { as: 'viewer', headers: { 'if-none-match': tag } });
    const tag = (await get()).headers.get('etag') ?? '';
    const known = await get(`"other", W/${tag}`);
    expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', tag]);
    await server.store.alerts.upsert([newAlert({ id: 'a1', count: 2 })]);
    expect((await get(tag)).status).toBe(200);
  });
});

describe('notifications that could not be delivered', () => {
  it('are tried again, once at a time, and say how it went', async () => {
    const { id } = await server.store.deadLetters.add({
      ...{ notifier: 'soc', alert: null, payload: {}, error: 'refused', attempts: 1 },
    });
    const retry = () => server.ask('POST', `/api/v1/dead-letters/${id}/retry`, { as: 'admin' });
    failing.error = new CaracalError('E_NOTIFY', 'soc answered 500. Try again.');
    expect((await retry()).status).toBe(502);
    expect(await server.store.deadLetters.get(id)).toMatchObject({ attempts: 2, delivered: null });
    failing.error = null;
    expect((await retry()).status).toBe(200);
    expect((await retry()).status).toBe(409);
    const { items } = await server.store.audit.page({ target: `dead-letter:${id}` });
    expect(items.map(({ actor, action }) => `${actor} ${action}`)).toEqual(
      Array(2).fill('token:admin notification.retry'),
    );
  });
});

describe('the reference page', () => {
  it('loads nothing from elsewhere, and has nothing inline', async () => {
    const page = await server.ask('GET', '/api/v1/docs');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self'");
    const html = await page.text();
    expect(html).not.toMatch(/<script>|<style|style=|\son\w+=|https?:/);
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files).toHaveLength(3);
    for (const file of files) expect([file, (await server.ask('GET', file)).status]).toEqual([file, 200]);
    expect((await server.ask('GET', '/api/v1/docs/package.json')).status).toBe(400);
  });
});
