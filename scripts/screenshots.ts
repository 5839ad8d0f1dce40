/**
 * `npm run screenshots [-- URL TOKEN]`: pictures of every view in both themes for
 * `docs/screenshots/`, of the simulated company or of the service at URL: dark at 1440 x 900,
 * light at 1024 x 768. Needs Chromium.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type DashboardPage, openBrowser } from '../test/support/browser.ts';
import { sampleServer } from '../test/support/sample-server.ts';
import { smallPng } from './small-png.ts';

const FOLDER = join('docs', 'screenshots');

interface Shot {
  readonly name: string;
  readonly path: string;
  /** What must be there before anything is pressed. */
  readonly ready: string;
  readonly prepare?: (page: DashboardPage) => Promise<void>;
}

const press =
  (...keys: readonly string[]) =>
  async (page: DashboardPage): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
    await page.locator('.detail-body h3').first().waitFor();
  };

const SHOTS: readonly Shot[] = [
  { name: 'hunt', path: '/', ready: '.window-row', prepare: press('Enter') },
  {
    ...{ name: 'hunt-tuning', path: '/', ready: '.window-row' },
    prepare: async (page) => {
      await press('Enter', 'z')(page);
      await page.locator('.timeline-overview').waitFor();
      await page.keyboard.press('t');
      for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowRight');
      await page.locator('.delta').first().waitFor();
    },
  },
  { name: 'alerts', path: '/alerts', ready: '.row-alert' },
  {
    name: 'alert',
    path: '/alerts?detector=sequence&detector=deeplog',
    ready: '.row-alert',
    prepare: press('j', 'j', 'Enter'),
  },
  {
    ...{ name: 'false-positive', path: '/alerts', ready: '.row-alert' },
    prepare: async (page) => {
      await press('Enter', 'f')(page);
      await page.getByText(/would have silenced/).waitFor();
    },
  },
  { name: 'heatmap', path: '/heatmap', ready: '.heat-cells rect' },
  { name: 'templates', path: '/templates', ready: '.template-row', prepare: press('j', 'Enter') },
  {
    ...{ name: 'workflow', path: '/workflow', ready: '.workflow-runs li' },
    prepare: async (page) => {
      const alerts = await page.request.get('/api/v1/alerts?detector=sequence&detector=deeplog&text=sshd&limit=1');
      const { items } = (await alerts.json()) as { items: { id: string }[] };
      if (items[0]) await page.goto(`/workflow?alert=${items[0].id}`);
      else await page.locator('.workflow-runs button').first().click();
      await page.locator('.workflow .card:not(.workflow-runs) h2').waitFor();
    },
  },
  { name: 'models', path: '/models', ready: '.template-map circle' },
  {
    ...{ name: 'try-it', path: '/try', ready: '.try' },
    prepare: async (page) => {
      const records = await page.request.get('/api/v1/records?text=sshd&limit=4');
      const { items } = (await records.json()) as { items: { text: string }[] };
      await page.locator('textarea').fill(
        items
          .reverse()
          .map(({ text }) => text)
          .join('\n'),
      );
      await page.keyboard.press('Control+Enter');
      await page.getByRole('region', { name: 'Verdict' }).waitFor();
    },
  },
  { name: 'sources', path: '/sources', ready: '.sources .table' },
  { name: 'settings', path: '/settings', ready: '.setting' },
];

async function take(browser: Browser, theme: 'dark' | 'light', login: { token?: string }): Promise<void> {
  const size = theme === 'dark' ? { width: 1440, height: 900 } : { width: 1024, height: 768 };
  const page = await browser.page({ theme, size, ...(login.token === undefined ? { as: 'admin' } : login) });
  for (const { name, path, ready, prepare } of SHOTS) {
    await page.goto(path);
    await page.locator(ready).first().waitFor();
    await prepare?.(page);
    await page.waitForLoadState('networkidle');
    const picture = smallPng(await page.screenshot());
    const file = join(FOLDER, `${name}-${theme}.png`);
    writeFileSync(file, picture);
    console.log(`${file}: ${Math.round(picture.length / 1000)} kB`);
  }
  await page.context().close();
}

const [url, token] = process.argv.slice(2);
mkdirSync(FOLDER, { recursive: true });
const server = url === undefined ? await sampleServer() : null;
const browser = await openBrowser(server?.url ?? url ?? '');
try {
  for (const theme of ['dark', 'light'] as const) await take(browser, theme, token === undefined ? {} : { token });
} finally {
  await browser.close();
  await server?.close();
}
