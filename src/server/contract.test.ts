import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import { fillStore, type SampleData } from './sample-data.case.ts';
import { testServer } from './server.case.ts';
import { ApiError } from './transport.ts';

const server = testServer();
let data: SampleData;
let answerOf: (method: string, path: string) => object | null;
const used = new Set<string>();

/** Asks as an administrator, and holds every answer to the document. */
const caracal = createClient('http://127.0.0.1:7007', {
  fetch: async (url, init) => {
    const { pathname, search } = new URL(url);
    const headers = Object.fromEntries(new Headers(init.headers));
    const body = init.body === undefined ? {} : { body: init.body as string };
    const response = await server.ask(init.method ?? 'GET', pathname + search, { as: 'admin', headers, ...body });
    const route = server.app.routes.find(
      ({ method, path }) =>
        method.toUpperCase() === init.method && new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
    );
    used.add(`${init.method} ${route?.path}`);
    if (!response.ok) return response;
    const schema = answerOf(init.method ?? 'GET', route?.path ?? '');
    if (schema === null) expect(response.status).toBe(204);
    else expectFit(await response.clone().json(), schema, pathname);
    return response;
  },
});

const ajv = new Ajv2020({ strict: false, validateFormats: false });

function expectFit(body: unknown, schema: object, what: string): void {
  const fits = ajv.compile(schema);
  expect(fits(body) ? [] : [what, fits.errors]).toEqual([]);
}

beforeAll(async () => {
  data = await fillStore(server.store);
  const document = closed(await (await server.ask('GET', '/api/v1/openapi.json')).json());
  answerOf = (method, path) => {
    const { responses } = document.paths[path][method.toLowerCase()];
    const [success] = Object.keys(responses).filter((status) => status !== 'default');
    const schema = responses[success ?? '']?.content?.['application/json']?.schema;
    return schema ? { ...schema, components: document.components } : null;
  };
});

/** The document with every object refusing what it does not name. */
// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
function closed(value: any): any {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, closed(part)]));
  return copy.type === 'object' && copy.properties ? { ...copy, additionalProperties: false } : copy;
}

describe('the client and the document', () => {
  it('agree with what is served, about alerts', async () => {
    const { items, cursor } = await caracal.alerts.page({ status: ['open'], order: 'priority', limit: 7 });
    expect([items.length, typeof cursor]).toEqual([7, 'string']);
    const rest = await caracal.alerts.page({ status: ['open'], order: 'priority', limit: 1000, cursor });
    expect(new Set([...items, ...rest.items].map(({ id }) => id)).size).toBe(30);
    const named = await caracal.alerts.page({ entity: { kind: 'user', value: 'user3' }, detector: ['deeplog', 'x'] });
    expect(named.items.every(({ entities }) => entities.some(({ value }) => value === 'user3'))).toBe(true);
    expect((await caracal.alerts.counts({ severity: ['HIGH', 'MED'] })).total).toBeGreaterThan(0);
    expect((await caracal.alerts.top({ by: 'host', limit: 3 })).items).toHaveLength(3);
    expect((await caracal.alerts.histogram({ step: 3_600_000 })).items.length).toBeGreaterThan(0);
    expect((await caracal.alerts.get(data.alert)).id).toBe(data.alert);
    expect((await caracal.alerts.explanation(data.alert)).records).toHaveLength(3);
    expect((await caracal.alerts.events(data.alert)).items).toHaveLength(1);
    const heat = await caracal.heatmap({ from: 0, to: 200_000, columns: 10, by: 'user' });
    expect(heat.rows.map(({ total }) => total).reduce((sum, total) => sum + total)).toBe(30);
    expect(heat.rows.every(({ scores }) => scores.length === heat.columns)).toBe(true);
  });

  it('agree about windows, lines and counts', async () => {
    expect((await caracal.windows.page({ order: 'time', entity: { kind: 'host', value: 'web' } })).items).toHaveLength(
      2,
    );
    expect((await caracal.windows.get('w2')).notEvaluable).toEqual(['quantity']);
    expect((await caracal.windows.records('w1', { text: 'password' })).items).toHaveLength(2);
    expect((await caracal.windows.events('w1')).items).toHaveLength(1);
    await caracal.windows.alerts('w1');
    expect((await caracal.windows.preview({ from: 0, to: 10, alpha: 2, beta: 0 })).windows).toHaveLength(1);
    const lines = await caracal.records.page({ source: [data.source], limit: 2 });
    expect(lines.items[0]).toMatchObject({ text: 'broken \u2400 line', raw: 'YgD/' });
    expect((await caracal.records.page({ id: [data.record, 999] })).items.map(({ id }) => id)).toEqual([data.record]);
    expect((await caracal.records.around(data.record, { before: 1, after: 0 })).items).toHaveLength(2);
    expect((await caracal.events({ host: ['web'] })).items).toHaveLength(1);
    expect((await caracal.counts({ from: 0, to: 60_000, by: 'channel' })).points).toHaveLength(1);
    expect((await caracal.status()).phase).toBe('live');
  });

  it('agree about what people say', async () => {
    expect((await caracal.verdicts.receipt([data.alert])).silenced).toBeGreaterThan(0);
    const targets = [{ kind: 'alert', id: data.alert } as const, { kind: 'window', id: 'w1' } as const];
    const { items } = await caracal.verdicts.give({ targets, verdict: 'false-positive', reason: 'a scan of ours' });
    expect(items.map(({ author }) => author)).toEqual(['token:admin', 'token:admin']);
    expect((await caracal.alerts.get(data.alert)).status).toBe('false-positive');
    const undone = await caracal.verdicts.undo(items[0]?.id ?? 0, 'no, it was not');
    expect(undone.undone?.reason).toBe('no, it was not');
    expect((await caracal.alerts.verdicts(data.alert)).items).toHaveLength(1);
    expect((await caracal.windows.verdicts('w1')).items).toHaveLength(1);
    expect((await caracal.verdicts.page({ limit: 1 })).items[0]?.target.kind).toBe('window');
    const match = { host: 'host3' };
    expect((await caracal.suppressions.receipt(match)).silenced).toBeGreaterThanOrEqual(0);
    const rule = await caracal.suppressions.add({ match, reason: 'a test machine', expires: null });
    await caracal.suppressions.revoke(rule.id);
    expect((await caracal.suppressions.list()).items[0]?.revoked?.author).toBe('token:admin');
  });

  it('agree about templates, models and sources', async () => {
    expect((await caracal.templates.page({ text: 'password' })).items).toHaveLength(1);
    expect((await caracal.templates.get('t1')).count).toBe(2);
    expect((await caracal.templates.values('t1')).items[0]?.kind).toBe('IP');
    const counts = await caracal.templates.counts('template-1', { from: 0, to: 200_000, points: 5 });
    expect(counts.points.reduce((sum, { alerts }) => sum + alerts, 0)).toBeGreaterThan(0);
    expect((await caracal.models.list()).items).toHaveLength(2);
    expect((await caracal.models.get('h2')).layers).toHaveLength(1);
    expect((await caracal.models.promote('h2')).state).toBe('current');
    expect((await caracal.models.retrain()).state).toBe('running');
    expect((await caracal.runs()).items).toHaveLength(1);
    expect((await caracal.infer({ lines: ['one', 'two'] })).events).toHaveLength(2);
    expect((await caracal.sources.list()).items).toMatchObject([{ name: '/var/log/auth.log', gaps: 1, lines: 3 }]);
    expect(await caracal.sources.get(data.source)).not.toHaveProperty('position');
    expect((await caracal.sources.gaps(data.source)).items[0]?.reason).toBe('rotated away');
  });

  it('agree about people and administration', async () => {
    expect((await caracal.session.get()).role).toBe('admin');
    expect((await caracal.session.start({ token: server.tokens.viewer })).csrf).not.toBe('');
    await caracal.session.end();
    const refused = await caracal.session.changePassword('a', 'a long password').catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 403 });
    expect((await caracal.users.add({ name: 'ann', role: 'admin', password: 'a long password' })).role).toBe('admin');
    await caracal.users.add({ name: 'bob', role: 'viewer', password: 'a long password' });
    expect((await caracal.users.change('bob', { role: 'analyst' })).role).toBe('analyst');
    await caracal.users.remove('bob');
    expect((await caracal.users.list()).items.map(({ name }) => name)).toEqual(['ann']);
    const { secret, token } = await caracal.tokens.add({ name: 'agent', role: 'sender', expires: 9e12 });
    expect(JSON.stringify((await caracal.tokens.list()).items)).not.toContain(secret);
    await caracal.tokens.revoke(token.id);
    expect((await caracal.settings.change({ alertBudget: 7 })).alertBudget).toBe(7);
    expect((await caracal.settings.get()).alertBudget).toBe(7);
    expect((await caracal.audit({ actor: 'token:admin', limit: 1000 })).items.length).toBeGreaterThan(8);
    expect((await caracal.deadLetters.page()).items[0]?.notifier).toBe('soc');
    expect((await caracal.deadLetters.retry(data.letter)).delivered).not.toBeNull();
    expect((await caracal.deadLetters.page({ delivered: true })).items).toHaveLength(1);
  });

  it('leave no route out, but those of streams, pushes, probes and pages', () => {
    const rest = server.app.routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(rest.filter((route) => !used.has(route))).toEqual([
      'POST /api/v1/push',
      'POST /api/v1/push/loki/api/v1/push',
      'POST /api/v1/push/v1/logs',
      'GET /api/v1/live',
      'GET /api/v1/live/sse',
      'GET /health',
      'GET /ready',
      'GET /metrics',
      'GET /api/v1/openapi.json',
      'GET /api/v1/docs',
      'GET /api/v1/docs/{file}',
    ]);
  });

  it('need nothing of Node in a browser', () => {
    for (const file of ['client.ts', 'transport.ts']) {
      const source = readFileSync(new URL(file, import.meta.url), 'utf8');
      const loaded = [...source.matchAll(/^import (?!type)[^;]* from '([^']+)'/gms)].map(([, from]) => from);
      expect(loaded).toEqual(file === 'client.ts' ? ['./transport.ts'] : []);
      expect(source).not.toMatch(/\bBuffer\b|\bprocess\./);
    }
  });

  it('say what went wrong', async () => {
    const refused = await caracal.alerts.get('no such').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 404, message: 'There is no alert no such. Read the list again.' });
  });
});
