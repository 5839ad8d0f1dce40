import axe from 'axe-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Browser, type DashboardPage, openBrowser } from '../support/browser.ts';
import { needs } from '../support/requirements.ts';
import { type SampleServer, sampleServer } from '../support/sample-server.ts';

/** Every view, with what is pressed on it before it is looked at. */
const VIEWS: readonly (readonly [path: string, ready: string, keys: readonly string[]])[] = [
  ['/', '.window-row', ['Enter']],
  ['/alerts', '.alert-row', ['Enter']],
  ['/alerts?detector=sequence', '.alert-row', ['Enter', 'f']],
  ['/heatmap', '.heat-cells rect', []],
  ['/templates', '.template-row', ['Enter']],
  ['/workflow', '.wf-node', []],
  ['/models', '.cards', []],
  ['/try', '.try', []],
  ['/sources', '.sources .table', []],
  ['/settings', '.setting', ['?']],
  ['/settings?tab=notify', '.card', []],
  ['/settings?tab=suppressions', '.new-suppression', []],
  ['/nowhere', '.state', []],
];

needs('chromium')('accessibility, by axe-core', () => {
  let server: SampleServer;
  let browser: Browser;
  let page: DashboardPage;
  beforeAll(async () => {
    server = await sampleServer();
    browser = await openBrowser(server.url);
    page = await browser.page({ as: 'admin', size: { width: 1024, height: 768 } });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each(VIEWS)('finds nothing serious on %s, in both themes', async (path, ready, keys) => {
    const { complaints } = page;
    await page.goto(path);
    await page.locator(ready).first().waitFor();
    for (const key of keys) await page.keyboard.press(key);
    if (keys.includes('Enter')) await page.locator('.detail-body h3').first().waitFor();
    if (keys.includes('f') || keys.includes('?')) await page.getByRole('dialog').waitFor();
    expect(await findingsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('finds nothing serious on the login page, in both themes', async () => {
    const stranger = await browser.page();
    await stranger.goto('/');
    await stranger.getByLabel('Password').waitFor();
    expect(await findingsOf(stranger)).toEqual([]);
    await stranger.context().close();
  });

  it('would find text that is too faint, and a picture without words', async () => {
    const stranger = await browser.page();
    await stranger.goto('/');
    await stranger.getByLabel('Password').waitFor();
    await stranger.evaluate(
      `document.querySelector('h1').style.color = 'color-mix(in srgb, var(--text) 20%, var(--raised))';
       document.querySelector('img').removeAttribute('alt');`,
    );
    const rules = (await findingsOf(stranger)).map((finding) => finding.split(':')[0]);
    expect(rules).toEqual(['color-contrast', 'image-alt', 'color-contrast']);
    await stranger.context().close();
  });
});

/** What is found in the dark theme, and what the colours of the light one add: nothing else differs. */
async function findingsOf(page: DashboardPage): Promise<string[]> {
  const dark = await seriousFindings(page, '{ resultTypes: ["violations"] }');
  await page.evaluate("document.documentElement.dataset.theme = 'light'");
  const light = await seriousFindings(page, '{ resultTypes: ["violations"], runOnly: ["color-contrast"] }');
  return [...dark, ...light];
}

/** What axe-core finds that keeps somebody from using the page, as `rule: where`. */
async function seriousFindings(page: DashboardPage, options: string): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
  }>(`axe.run(document, ${options})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
    );
}
