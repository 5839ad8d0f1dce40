import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, type DashboardPage, openBrowser } from '../support/browser.ts';
import { needs } from '../support/requirements.ts';
import { type SampleServer, sampleServer } from '../support/sample-server.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every view, with what is pressed on it before it is looked at. */
const VIEWS: readonly (readonly [path: string, ready: string, keys: readonly string[]])[] = [
  ['/', '.window-row', ['Enter']],
  ['/alerts', '.alert-row', ['Enter']],
  ['/alerts?group=host', '.row-group', ['Enter']],
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
  ['/settings?tab=users', '.card .table', []],
  ['/nowhere', '.state', []],
];

needs('chromium')('accessibility, by axe-core', () => {
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

  describe.each(['dark', 'light'] as const)('%s', (theme) => {
    it('finds nothing serious on any view', async () => {
      const page = await browser.page({ as: 'admin', theme });
      const findings: string[] = [];
      for (const [path, ready, keys] of VIEWS) {
        await page.goto(path);
        await page.locator(ready).first().waitFor();
        for (const key of keys) await page.keyboard.press(key);
        if (keys.includes('Enter')) await page.locator('.detail-body h3, .alert-row').first().waitFor();
        if (keys.includes('f') || keys.includes('?')) await page.getByRole('dialog').waitFor();
        findings.push(...(await seriousFindings(page)).map((finding) => `${path}: ${finding}`));
      }
      expect(findings).toEqual([]);
      expect(page.complaints).toEqual([]);
      await page.context().close();
    });

    it('finds nothing serious on the login page', async () => {
      const page = await browser.page({ theme });
      await page.goto('/');
      await page.getByLabel('Password').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.context().close();
    });
  });
});

/** What axe-core finds that keeps somebody from using the page, as `rule: where`. */
async function seriousFindings(page: DashboardPage): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
  }>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`));
}
