import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/server/index.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { needs } from '../support/requirements.ts';

const program = fileURLToPath(new URL('../../bin/dev.ts', import.meta.url));
/** Who breaks into the demo's company. */
const INTRUDER = '221.73.83.8';

needs('chromium')('the dashboard on the live demo', () => {
  let child: ChildProcess;
  let browser: Browser;
  let serving: { readonly url: string; readonly token: string };
  beforeAll(async () => {
    const demo = spawn(process.execPath, ['--import', 'tsx', program, 'demo', '--serve', '--json', '--listen', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = demo;
    serving = await new Promise((resolve, reject) => {
      demo.once('exit', () => reject(new Error('the demo ended')));
      createInterface({ input: demo.stdout }).on('line', (line) => {
        const message = JSON.parse(line);
        if (message.type === 'serving') resolve(message);
      });
    });
    browser = await openBrowser(serving.url);
    const client = createClient(serving.url, { token: serving.token });
    // Learned, and as far as the break-in.
    for (;;) {
      const { items } = await client.windows.page({ order: 'score' });
      if (items[0]?.entities.some(({ value }) => value === INTRUDER)) break;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    child?.kill('SIGTERM');
  });

  it('leads to the intruder, to a false positive and back, and to another alpha, by keyboard alone', async () => {
    const page = await browser.page({ token: serving.token });
    await page.goto('/');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    const window = page.getByRole('article', { name: 'Window' });
    await eventually(() => window.innerText()).toContain(INTRUDER);
    await page.getByText('Failed password for').first().waitFor();
    await page.keyboard.press('r');
    await eventually(() => window.locator('.line-flagged').count()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');

    const figures = page.locator('[data-preview]');
    const before = await figures.innerText();
    await page.keyboard.press('t');
    for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowRight');
    await eventually(() => page.locator('.knob output').first().innerText()).not.toBe('1.0');
    for (let step = 0; step < 5; step++) await page.keyboard.press('PageUp');
    await eventually(() => figures.innerText()).not.toBe(before);

    await page.goto('/alerts');
    await page.locator('.row-alert.row-cursor').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: 'Alert' }).getByRole('heading', { name: 'Raw lines' }).waitFor();
    const id = new URL(page.url()).searchParams.get('alert') ?? '';
    const client = createClient(serving.url, { token: serving.token });
    const status = async (): Promise<string> => (await client.alerts.get(id)).status;
    expect(await status()).toBe('open');
    await page.keyboard.press('f');
    await page
      .getByRole('dialog')
      .getByText(/it would have silenced/)
      .waitFor();
    await page.keyboard.type('our own scanner');
    await page.keyboard.press('Enter');
    await eventually(status).toBe('false-positive');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('u');
    await eventually(status).toBe('open');
    expect(page.complaints).toEqual([]);
  });
});

function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 20_000 });
}
