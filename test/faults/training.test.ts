import { appendFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RunningService, type ServiceOptions, startService } from '../../src/service/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { followedFile } from '../../src/stream/index.ts';
import { faultLines } from '../support/fault-lines.ts';
import { readContents } from '../support/store-contents.ts';
import { workspace } from '../support/workspace.ts';

const { path, write } = workspace();
const lines = faultLines(2000, 11);
const text = (from: number, to: number): string => `${lines.slice(from, to).join('\n')}\n`;
const DEADLINE = { timeout: 40_000, interval: 20 };
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close().catch(() => {});
});

async function serve(
  name: string,
  options: Partial<ServiceOptions>,
): Promise<{ store: Store; service: RunningService }> {
  const store = await openStore(path(`${name}.db`));
  open.push(() => store.close());
  const sources = [followedFile(path(`${name}.log`), { pollInterval: 10 })];
  const service = await startService({ store, sources, models: path('models'), learnLines: 1000, ...options });
  open.push(() => service.stop());
  return { store, service };
}

describe('a training', () => {
  it('that fails ends no service: lines go on being stored, and the status says why', async () => {
    write('fails.log', text(0, 1200));
    const { store, service } = await serve('fails', { detector: 'no such detector' });
    await vi.waitFor(
      () => expect(service.status().error).toMatch(/learning a model failed.*no such detector/),
      DEADLINE,
    );
    expect(service.status().phase).toBe('learning');
    appendFileSync(path('fails.log'), text(1200, 1500));
    await vi.waitFor(() => expect(service.status().totals.lines).toBe(1500), DEADLINE);
    expect((await store.runs.page({})).items[0]).toMatchObject({ kind: 'train', state: 'failed' });
  });

  it('that is ended by a stop is begun anew by the next start; what came is judged, once', async () => {
    write('stopped.log', text(0, 1500));
    const first = await serve('stopped', {});
    await vi.waitFor(() => expect(first.service.status().training).not.toBeNull(), DEADLINE);
    await first.service.stop();
    expect((await first.store.runs.page({})).items[0]).toMatchObject({ state: 'stopped' });
    await first.store.close();

    const { store, service } = await serve('stopped', {});
    expect(service.status()).toMatchObject({ phase: 'learning', error: null, totals: { lines: 1500 } });
    appendFileSync(path('stopped.log'), text(1500, 2000));
    await vi.waitFor(() => expect(service.status().phase).toBe('live'), DEADLINE);
    await vi.waitFor(() => expect(service.status().totals.lines).toBe(2000), DEADLINE);
    await service.stop();
    const { sources } = await readContents(store);
    expect(sources[0]).toMatchObject({ lines: 2000, counted: 2000, numbers: lines.map((_, i) => i) });
    const counts = await store.counts.range({ from: 0, to: Date.UTC(2100, 0, 1), channel: ['quantity'] });
    // All but those that were learned from are judged, each once.
    expect(counts.points.reduce((sum, { events }) => sum + events, 0)).toBe(1000);
    const [checkpoint, restarted] = [service.status().checkpoint, await serve('stopped', {})];
    expect(checkpoint).not.toBeNull();
    expect(restarted.service.status()).toMatchObject({ phase: 'live', totals: { lines: 2000 } });
  });
});
