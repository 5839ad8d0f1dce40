import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { CaracalError } from '../src/errors.ts';
import { manyAlerts } from '../src/store/cases/sample-alerts.case.ts';
import { newWindow } from '../src/store/cases/sample-windows.case.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { createRng } from '../src/util/rng.ts';
import { median, quantile } from '../src/util/statistics.ts';
import { type Browser, type DashboardPage, hasChromium, openBrowser } from '../test/support/browser.ts';
import { sampleServer } from '../test/support/sample-server.ts';

const ALERTS = 100_000;
const WINDOWS = 2000;
const DAY = 86_400_000;
/** The last 30 days, as a service has them. */
const START = Math.floor(Date.now() / DAY - 30) * DAY;
const SAMPLES = 5;

/**
 * Entry point of `npm run bench -- dashboard`: what an analyst waits for in a browser with
 * 100,000 alerts and 2,000 windows in the store, and how much JavaScript is sent at first.
 */
export async function main(_: { readonly json: boolean; readonly only: readonly string[] }): Promise<unknown> {
  if (!hasChromium()) {
    throw new CaracalError('E_USAGE', "This needs a browser: install Debian's chromium or set CARACAL_CHROMIUM.");
  }
  const folder = mkdtempSync(join(tmpdir(), 'caracal-bench-'));
  const store = await openStore(join(folder, 'store.db'));
  await fill(store);
  const house = {
    store,
    sequences: [['a', 'b']],
    templateText: (id: string) => id,
    intrusion: { ...newWindow({}), events: [] },
    remove: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const server = await sampleServer(house);
  const browser = await openBrowser(server.url);
  try {
    return {
      name: 'dashboard',
      method:
        `${ALERTS} alerts, ${WINDOWS} windows and 30 days of counts in SQLite, server and browser on the same machine; ` +
        `first view: from the request for the page to the first row of its list in the picture, in a fresh browser context, ` +
        `median and slowest of ${SAMPLES} after one unmeasured; slider: from the key to the preview's new figures in the page; ` +
        `scrolling: frames in which a row in view was missing, over ${SCROLLS} wheel steps of 400 px`,
      hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}, Chromium`,
      loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
      javaScript: await sentAtFirst(browser, server.url),
      firstView: { unit: 'ms', hunt: await firstView(browser, '/'), alerts: await firstView(browser, '/alerts') },
      slider: { unit: 'ms', ...(await slider(browser)) },
      scrolling: await scrolling(browser),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

// --- internal ---

const SCROLLS = 60;

function summary(times: readonly number[]) {
  const samples = times.map((time) => Math.round(time));
  return { median: median(samples), slowest: quantile(samples, 1), samples };
}

/** Bytes of all scripts that the first view asks for, as they are sent. */
async function sentAtFirst(browser: Browser, url: string) {
  const page = await browser.page({ as: 'analyst' });
  const files = new Set<string>();
  page.on('requestfinished', (request) => {
    const { pathname } = new URL(request.url());
    if (request.url().startsWith(url) && pathname.endsWith('.js')) files.add(pathname);
  });
  await page.goto('/');
  await page.locator('.row-cursor').waitFor();
  await page.context().close();
  const sizes = [...files].map((file) => brotliCompressSync(readFileSync(join('dist', 'web', file))).length);
  const all = readdirSync(join('dist', 'web', 'assets')).filter((file) => file.endsWith('.js'));
  return { unit: 'kB, brotli', firstView: kilobytes(sizes), files: files.size, ofFiles: all.length };
}

function kilobytes(sizes: readonly number[]): number {
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 100) / 10;
}

async function firstView(browser: Browser, path: string) {
  const times: number[] = [];
  for (let sample = 0; sample <= SAMPLES; sample++) {
    const page = await browser.page({ as: 'analyst' });
    const start = performance.now();
    await page.goto(path, { waitUntil: 'commit' });
    await page.locator('.row-cursor').waitFor();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    times.push(performance.now() - start);
    await page.context().close();
  }
  return summary(times.slice(1));
}

/** Each step asks for a preview of its own: values that were tried are remembered. */
async function slider(browser: Browser) {
  const page = await browser.page({ as: 'admin' });
  await page.goto('/');
  await page.locator('.row-cursor').waitFor();
  await page.locator('[data-preview]').waitFor();
  await page.keyboard.press('t');
  const times: number[] = [];
  for (let step = 0; step < 20; step++) {
    times.push(await page.evaluate<number>(STEP));
  }
  await page.context().close();
  return summary(times.slice(1));
}

/** Presses the key and waits for the figures and the next picture; in the page, so that no wire is measured. */
const STEP = `new Promise((done) => {
  const figures = document.querySelector('[data-preview]');
  const strip = figures.parentElement;
  const knob = document.querySelector('[data-knob=alpha]');
  const start = performance.now();
  const settled = () => strip.getAttribute('aria-busy') === 'false' && performance.now() - start > 1;
  const look = () => (settled() ? requestAnimationFrame(() => done(performance.now() - start)) : undefined);
  let busy = false;
  const observer = new MutationObserver(() => {
    if (strip.getAttribute('aria-busy') === 'true') busy = true;
    else if (busy) { observer.disconnect(); look(); }
  });
  observer.observe(strip, { attributes: true, subtree: true, childList: true, characterData: true });
  knob.focus();
  knob.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }));
})`;

async function scrolling(browser: Browser) {
  const page = await browser.page({ as: 'analyst' });
  await page.goto('/alerts?group=none');
  await page.locator('.row-cursor').waitFor();
  await page.evaluate(WATCH);
  const box = await page.locator('.rows').boundingBox();
  await page.mouse.move((box?.x ?? 0) + 100, (box?.y ?? 0) + 100);
  for (let step = 0; step < SCROLLS; step++) {
    await page.mouse.wheel(0, 400);
    await page.evaluate('new Promise((done) => requestAnimationFrame(done))');
  }
  const { frames, empty, longest } = await page.evaluate<{ frames: number; empty: number; longest: number }>(
    'window.__watch()',
  );
  const rows = await lastRow(page);
  await page.context().close();
  return { frames, framesWithMissingRows: empty, longestFrame: Math.round(longest), unit: 'ms', reachedRow: rows };
}

/** Looks in each frame whether a row covers the middle, the top and the bottom of the list. */
const WATCH = `(() => {
  const list = document.querySelector('.rows');
  let frames = 0, empty = 0, longest = 0, last = performance.now(), on = true;
  const look = () => {
    if (!on) return;
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    frames++;
    const box = list.getBoundingClientRect();
    const missing = [4, box.height / 2, box.height - 6].some(
      (y) => !document.elementFromPoint(box.left + 60, box.top + y)?.closest('.row'),
    );
    if (missing) empty++;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.__watch = () => { on = false; return { frames, empty, longest }; };
})()`;

async function lastRow(page: DashboardPage): Promise<number> {
  const place = await page.locator('.row').last().getAttribute('aria-posinset');
  return Number(place);
}

async function fill(store: Store): Promise<void> {
  const rng = createRng(1);
  const alerts = manyAlerts(ALERTS, 1, 30 * DAY).map((alert) => ({ ...alert, time: alert.time + START }));
  for (let from = 0; from < ALERTS; from += 5000) await store.alerts.upsert(alerts.slice(from, from + 5000));
  await store.sources.open({ name: 'auth.log', kind: 'file', format: 'rfc3164' });
  await store.windows.upsert(
    Array.from({ length: WINDOWS }, (_, i) => {
      const start = START + rng.int(30 * DAY);
      const entities = [{ kind: 'host' as const, value: `host${i % 20}` }];
      const channels = i % 2 === 0 ? ['sequence', 'quantity'] : ['quantity'];
      const reason = `quantity: user${i % 30} ${i} times in 5 min (usually 2, at most 9)`;
      return newWindow({
        id: `window-${i}`,
        start,
        end: start + 600_000,
        score: rng.next() * 40,
        entities,
        channels,
        reason,
      });
    }),
  );
  const minutes = (30 * DAY) / 60_000;
  for (let from = 0; from < minutes; from += 1000) {
    await store.counts.add(
      Array.from({ length: 2000 }, (_, i) => ({
        time: START + (from + (i >> 1)) * 60_000,
        ...{ source: 1, channel: i % 2 === 0 ? 'sequence' : 'quantity', events: 600 + rng.int(800), flagged: i % 7 },
      })),
    );
  }
}
