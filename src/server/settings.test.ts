import { describe, expect, it } from 'vitest';
import type { NotifyTarget, Settings } from '../config/index.ts';
import { testServer } from './server.case.ts';

const server = testServer();
const PATH = '/api/v1/settings';
const WANTED = { from: 'HIGH', enabled: true } as const;
const WEBHOOK = {
  kind: 'webhook',
  name: 'soc',
  ...WANTED,
  url: 'https://soc.example/in',
  secret: 'a'.repeat(20),
} as const;
const SLACK = { kind: 'slack', name: 'team', ...WANTED, url: 'https://hooks.slack.example/T0/B0/verysecret' } as const;

const change = (body: object, headers: Record<string, string> = {}) =>
  server.ask('PATCH', PATH, { as: 'admin', body, headers });
const read = async (): Promise<Settings> =>
  (await (await server.ask('GET', PATH, { as: 'viewer' })).json()) as Settings;

describe('settings', () => {
  it('show no secrets, and keep those that are sent back masked', async () => {
    expect((await change({ notify: [WEBHOOK, SLACK] })).status).toBe(200);
    const shown = await read();
    expect(JSON.stringify(shown)).not.toMatch(/aaaa|verysecret/);
    const [webhook, slack] = shown.notify as NotifyTarget[];
    const back = await change({ notify: [{ ...webhook, from: 'LOW' }, slack], alertBudget: 9 });
    expect(await back.text()).not.toMatch(/aaaa|verysecret/);
    expect((await server.service.settings()).notify).toEqual([{ ...WEBHOOK, from: 'LOW' }, SLACK]);
    const trail = await server.store.audit.page({ target: 'settings' });
    expect(trail.items).toHaveLength(2);
    expect(JSON.stringify(trail)).not.toMatch(/aaaa|verysecret/);
  });

  it('take a mask for nothing that is not kept', async () => {
    const [webhook, slack] = (await read()).notify;
    const renamed = await change({ notify: [{ ...webhook, name: 'other' }] });
    expect(renamed.status).toBe(400);
    expect(await renamed.json()).toMatchObject({ errors: [{ field: 'body.notify.0.secret' }] });
    const moved = { ...slack, url: `https://elsewhere.example/${'*'.repeat(16)}` };
    expect((await change({ notify: [moved] })).status).toBe(400);
  });

  it('name each part that is wrong, and what was expected', async () => {
    const response = await change({ alpha: -1, retention: { recordDays: 'x' }, colour: 'red' });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const { errors } = (await response.json()) as { errors: { field: string; detail: string }[] };
    expect(errors.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['body.alpha', 'body.retention.recordDays']),
    );
    expect(errors.map(({ detail }) => detail).join()).toMatch(/>=0.*expected number.*"colour"/s);
  });

  it('are not changed over what somebody else changed since', async () => {
    const tag = (await server.ask('GET', PATH, { as: 'admin' })).headers.get('etag') ?? '';
    expect((await change({ alertBudget: 10 }, { 'if-match': tag })).status).toBe(200);
    expect((await change({ alertBudget: 11 }, { 'if-match': tag })).status).toBe(412);
    expect((await read()).alertBudget).toBe(10);
    const now = (await server.ask('GET', PATH, { as: 'viewer' })).headers.get('etag') ?? '';
    const known = await server.ask('GET', PATH, { as: 'viewer', headers: { 'if-none-match': now } });
    expect([known.status, await known.text()]).toEqual([304, '']);
  });
});
