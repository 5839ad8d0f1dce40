import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StoredAlert } from '../../src/store/index.ts';
import { type Browser, type DashboardPage, openBrowser } from '../support/browser.ts';
import { needs } from '../support/requirements.ts';
import { HOSTILE_USER } from '../support/sample-house.ts';
import { PASSWORD, type SampleServer, sampleServer } from '../support/sample-server.ts';

needs('chromium')('the dashboard in a browser', () => {
  let server: SampleServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await sampleServer();
    browser = await openBrowser(server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const statusOf = async (id: string): Promise<string | undefined> => (await server.house.store.alerts.get(id))?.status;

  it('leads from the windows to a false positive and back, by keyboard alone', async () => {
    const page = await browser.page({ as: 'analyst' });
    await page.goto('/');
    const window = page.getByRole('article', { name: 'Window' });

    // The strongest window is the intrusion: Enter opens it, r goes to its raw lines.
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await eventually(() => window.innerText()).toContain('221.73.83.8');
    expect(new URL(page.url()).searchParams.get('window')).toBe(server.intrusion.id);
    await page.getByText('Failed password for').first().waitFor();
    await page.keyboard.press('r');
    expect(await focused(page, 'el.getAttribute("aria-label")')).toContain('raw lines');
    expect(await window.locator('.line-flagged').count()).toBeGreaterThan(5);

    // Its alerts: the most urgent one is opened and marked, after the receipt.
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.locator('.row-alert.row-cursor').waitFor();
    await page.keyboard.press('Enter');
    const detail = page.getByRole('article', { name: 'Alert' });
    await detail.getByRole('heading', { name: 'Raw lines' }).waitFor();
    const id = new URL(page.url()).searchParams.get('alert') ?? '';
    expect(await statusOf(id)).toBe('open');

    await page.keyboard.press('f');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/it would have silenced/).waitFor();
    const receipt = /silenced ([\d,]+) alert/.exec(await dialog.innerText());
    expect(Number(receipt?.[1]?.replace(',', ''))).toBeGreaterThan(0);
    expect(await focused(page, 'el.tagName')).toBe('TEXTAREA');
    await page.keyboard.type('a penetration test that we ordered');
    await page.keyboard.press('Enter');
    await eventually(() => statusOf(id)).toBe('false-positive');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('1 alert: false positive').waitFor();

    await page.keyboard.press('u');
    await eventually(() => statusOf(id)).toBe('open');
    const [verdict] = await server.house.store.verdicts.history({ kind: 'alert', id });
    expect(verdict).toMatchObject({ author: 'analyst', reason: 'a penetration test that we ordered' });
    expect(verdict?.undone?.author).toBe('analyst');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('judges several at once, and takes it back', async () => {
    const page = await browser.page({ as: 'analyst' });
    await page.goto('/alerts?group=none');
    await page.locator('.row-alert.row-cursor').waitFor();
    for (const key of ['x', 'j', 'x', 'j', 'j', 'x']) await page.keyboard.press(key);
    await page.getByText('3 selected').waitFor();
    const selected = page.locator('[role=option][aria-selected=true]');
    const ids = await Promise.all([0, 1, 2].map((i) => selected.nth(i).getAttribute('id')));
    const alerts = ids.map((id) => id?.replace('Alerts-', '') ?? '');
    await page.keyboard.press('e');
    await eventually(() => Promise.all(alerts.map(statusOf))).toEqual(Array(3).fill('true-positive'));
    await page.getByText('3 alerts: true positive').waitFor();
    await page.keyboard.press('u');
    await eventually(() => Promise.all(alerts.map(statusOf))).toEqual(Array(3).fill('open'));
    await page.context().close();
  });

  it('shows what another alpha would change, by keyboard alone', async () => {
    const page = await browser.page({ as: 'admin' });
    await page.goto('/');
    const figures = page.locator('[data-preview]');
    await figures.waitFor();
    await page.getByRole('option').first().waitFor();
    const before = await figures.innerText();
    await page.keyboard.press('t');
    for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowLeft');
    await eventually(() => page.locator('.knob output').first().innerText()).toBe('0.2');
    await eventually(() => figures.innerText()).not.toBe(before);
    await eventually(() => figures.innerText()).toMatch(/−\d/);
    await page.getByRole('button', { name: 'Reset' }).click();
    await eventually(() => figures.innerText()).toBe(before);
    await page.context().close();
  });

  it('keeps the cursor where it is while alerts come in', async () => {
    const page = await browser.page({ as: 'analyst' });
    await page.goto('/alerts?group=none&order=time');
    await page.locator('.row-cursor').waitFor();
    for (let step = 0; step < 30; step++) await page.keyboard.press('j');
    const cursor = page.locator('.row-cursor');
    const id = await cursor.getAttribute('id');
    const before = await cursor.boundingBox();
    const alert = await server.house.store.alerts.page({}, { limit: 1 });
    const template = alert.items[0] as StoredAlert;
    const fresh = Array.from({ length: 5 }, (_, i) => ({
      ...template,
      ...{ id: `fresh-${i}`, time: template.time + 1000 * (i + 1), reason: `came in while you looked ${i}` },
    }));
    await server.house.store.alerts.upsert(fresh);
    for (const one of fresh) {
      const stored = await server.house.store.alerts.get(one.id);
      if (stored) server.service.tell({ type: 'alert', alert: stored, change: 'added' });
    }
    const total = (await server.house.store.alerts.counts({})).total;
    await eventually(() => page.locator('.actions').innerText()).toContain(`${total} alerts`);
    await eventually(() => page.locator('.row-cursor').getAttribute('aria-posinset')).toBe('36');
    expect(await cursor.getAttribute('id')).toBe(id);
    expect(Math.abs(((await cursor.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(3);
    await page.keyboard.press('j');
    expect(await page.locator('.row-cursor').getAttribute('aria-posinset')).toBe('37');
    await page.context().close();
  });

  it('logs in and out', async () => {
    const page = await browser.page();
    await page.goto('/alerts');
    await page.getByLabel('Name').fill('analyst');
    await page.getByLabel('Password').fill('something wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
    await page.getByTitle('Account').click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
    await page.goto('/');
    await page.getByLabel('Password').waitFor();
    expect((await page.request.get('/api/v1/alerts')).status()).toBe(401);
    await page.context().close();
  });

  it('asks for a log-in where the session ended elsewhere', async () => {
    const page = await browser.page({ as: 'viewer' });
    await page.goto('/sources');
    await page.locator('.sources .table').waitFor();
    await server.house.store.sessions.endAll('viewer');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByLabel('Password').waitFor();
    await page.context().close();
  });

  it('lets an admin change a setting', async () => {
    const page = await browser.page({ as: 'admin' });
    await page.goto('/settings');
    await page.getByLabel('Alerts a day').fill('77');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    expect((await server.service.settings()).alertBudget).toBe(77);
    await page.context().close();
  });

  it('lets a viewer look but change nothing', async () => {
    const page = await browser.page({ as: 'viewer' });
    await page.goto('/alerts');
    await page.locator('.row-alert.row-cursor').waitFor();
    await page.keyboard.press('Enter');
    const id = new URL(page.url()).searchParams.get('alert') ?? '';
    for (const key of ['f', 'a', 'e', 'n', 'u']) await page.keyboard.press(key);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByRole('button', { name: /False positive|Escalate|Acknowledge/ }).count()).toBe(0);
    await page.goto('/settings');
    await page.getByText('Only an administrator may change these.').waitFor();
    expect(await page.getByRole('spinbutton').first().isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    expect(await page.getByRole('tab', { name: 'Users' }).count()).toBe(0);
    const { csrf } = await (await page.request.get('/api/v1/session')).json();
    const answer = await page.request.post('/api/v1/verdicts', {
      data: { targets: [{ kind: 'alert', id }], verdict: 'false-positive', reason: 'no' },
      headers: { 'x-csrf-token': csrf, origin: server.url },
    });
    expect(answer.status()).toBe(403);
    expect(await statusOf(id)).toBe('open');
    await page.context().close();
  });

  it('shows a line with HTML, a script and control characters as text', async () => {
    const page = await browser.page({ as: 'viewer' });
    await page.goto('/templates');
    await page.getByLabel('Search templates').fill('<script>');
    await page.getByRole('option').first().click();
    const line = page.locator('.lines .line').first();
    await line.waitFor();
    const [html] = HOSTILE_USER.split('\u001b');
    const text = await line.innerText();
    expect(text).toContain(html);
    expect(text).toContain('␛[31mred⟨U+202E⟩gnp.exe');
    expect(await page.evaluate('window.__broken')).toBeUndefined();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.locator('main script').count()).toBe(0);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('says so when the server is gone, and goes on when it is back', async () => {
    const page = await browser.page({ as: 'viewer' });
    let open = true;
    await page.routeWebSocket(/\/api\/v1\/live/, (socket) => {
      if (open) socket.connectToServer();
      else void socket.close();
      sockets.push(socket);
    });
    const sockets: { close(): Promise<void> }[] = [];
    await page.goto('/sources');
    await page.getByText('live', { exact: false }).first().waitFor();
    await page.locator('.live:not(.live-off)').waitFor();
    open = false;
    for (const socket of sockets) await socket.close();
    await page.getByText('Disconnected.').waitFor();
    open = true;
    await page.locator('.live:not(.live-off)').waitFor();
    expect(await page.getByText('Disconnected.').count()).toBe(0);
    await page.context().close();
  });

  it('is still there after it was loaded again', async () => {
    const page = await browser.page({ as: 'viewer' });
    for (let times = 0; times < 2; times++) {
      await page.goto('/');
      await page.getByRole('option').first().waitFor();
    }
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('leads back to the same place and time by its link', async () => {
    const page = await browser.page({ as: 'viewer' });
    const { start, end, id } = server.intrusion;
    const query = new URLSearchParams({
      from: new Date(start).toISOString(),
      to: new Date(end).toISOString(),
      window: id,
    });
    await page.goto(`/?${query}`);
    await page.getByRole('article', { name: 'Window' }).waitFor();
    await page.getByText('Whole period:').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.locator('.row-alert').first().waitFor();
    expect(new URL(page.url()).searchParams.get('from')).toBe(new Date(start).toISOString());
    const { total } = await server.house.store.alerts.counts({ from: start, to: end, status: ['open'] });
    await eventually(() => page.locator('.actions').innerText()).toContain(`${total} alerts`);
    await page.context().close();
  });
});

/** Waits for a value to come true, as long as a loaded machine may need. */
function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 10_000 });
}

/** What a piece of script says of the element that has the focus: these files know no DOM. */
function focused(page: DashboardPage, expression: string): Promise<string> {
  return page.evaluate<string>(`(() => { const el = document.activeElement; return ${expression}; })()`);
}
