import { existsSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { PASSWORD } from './sample-server.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine; `CARACAL_CHROMIUM` names another. */
export function chromiumPath(): string | null {
  const named = process.env.CARACAL_CHROMIUM;
  return (named === undefined ? PLACES : [named]).find((path) => existsSync(path)) ?? null;
}

export const hasChromium = (): boolean => chromiumPath() !== null;

/** A browser with an empty profile of its own. */
export interface Browser {
  /** A page that is logged in as one of the sample's people, or as nobody. */
  page(options?: PageOptions): Promise<DashboardPage>;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly as?: 'viewer' | 'analyst' | 'admin';
  /** Logs in by a token instead. */
  readonly token?: string;
  readonly theme?: 'dark' | 'light';
  readonly size?: { readonly width: number; readonly height: number };
}

export interface DashboardPage extends Page {
  /** What the page complained of: errors, refused by the content security policy, sent elsewhere. */
  readonly complaints: readonly string[];
}

/** Starts the browser for pages of this address. */
export async function openBrowser(url: string): Promise<Browser> {
  const contexts: BrowserContext[] = [];
  const browser = await chromium.launch({
    executablePath: chromiumPath() ?? '',
    // As root Chromium has no sandbox; the rest keeps it from calling home.
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
  return {
    async page({ as, token, theme = 'dark', size = { width: 1440, height: 900 } } = {}) {
      const context = await browser.newContext({
        baseURL: url,
        viewport: size,
        colorScheme: theme,
        reducedMotion: 'reduce',
      });
      contexts.push(context);
      context.setDefaultTimeout(10_000);
      if (as || token !== undefined) {
        const answer = await context.request.post('/api/v1/session', {
          data: token === undefined ? { user: as, password: PASSWORD } : { token },
          headers: { origin: url },
        });
        if (!answer.ok()) throw new Error(`log-in as ${as ?? 'the token'} failed: ${await answer.text()}`);
      }
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        // A page that asks who is logged in is told 401 while nobody is: the browser logs that by itself.
        if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
          complaints.push(`asks ${request.url()}`);
      });
      return Object.assign(page, { complaints });
    },
    async close() {
      for (const context of contexts) await context.close();
      await browser.close();
    },
  };
}
