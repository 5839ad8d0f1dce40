import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningService, type ServiceOptions, startService } from '../../src/service/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { followedFile, type LiveSource, type StreamClock, syslogTcp, syslogUdp } from '../../src/stream/index.ts';
import { faultLines } from '../support/fault-lines.ts';
import { freePorts } from '../support/service-process.ts';
import { readContents } from '../support/store-contents.ts';
import { tinyModel } from '../support/tiny-model.ts';
import { workspace } from '../support/workspace.ts';

const space = workspace();
const { path, write } = space;
const DEADLINE = { timeout: 30_000, interval: 10 };
const DAY = 86_400_000;
let modelDirectory = '';
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  modelDirectory = await tinyModel(space);
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close().catch(() => {});
});

async function serve(
  name: string,
  sources: readonly LiveSource[],
  { gate, ...options }: Partial<ServiceOptions> & { readonly gate?: { opens: Promise<void> } } = {},
): Promise<{ readonly store: Store; readonly service: RunningService }> {
  const store = await openStore(path(`${name}.db`));
  open.push(() => store.close());
  const slow: Store = {
    ...store,
    transaction: async (work) => {
      await gate?.opens;
      return store.transaction(work);
    },
  };
  const service = await startService({ store: slow, sources, models: path('models'), modelDirectory, ...options });
  open.push(() => service.stop());
  return { store, service };
}

const reaches = (service: RunningService, count: number): Promise<void> =>
  vi.waitFor(() => expect(service.status().totals.lines).toBe(count), DEADLINE);

describe('a clock that jumps a day ahead and back', () => {
  it.each([
    // Those of the last hour.
    ['lines that have times', (line: string) => line, 300],
    ['lines that have none', (line: string) => line.slice(25), 1],
  ])(
    'ends no service: %s are stored, sessions and windows stay sane, checkpoints go on',
    async (name, shape, sessions) => {
      let ahead = 0;
      const clock: StreamClock = {
        now: () => Date.now() + ahead,
        after: (milliseconds, callback) => {
          const timer = setTimeout(callback, milliseconds);
          return () => clearTimeout(timer);
        },
      };
      const lines = faultLines(2000, 6, 0.004).map(shape);
      const file = write(`${name}.log`, '');
      const sources = [followedFile(file, { pollInterval: 10 })];
      const { store, service } = await serve(name, sources, { clock, checkpointEvery: 50 });
      let written = 0;
      for (const offset of [0, DAY, 0, -DAY, 0]) {
        ahead = offset;
        const before = service.status().checkpoint?.saved ?? 0;
        const text = lines.slice(written, written + 400).join('\n');
        appendFileSync(file, `${text}\n`);
        written += 400;
        await reaches(service, written);
        await vi.waitFor(() => expect(service.status().checkpoint?.saved).not.toBe(before), DEADLINE);
      }
      expect(service.status()).toMatchObject({ phase: 'live', error: null });
      expect(service.status().sessions).toBeGreaterThanOrEqual(sessions);
      const { sources: stored } = await readContents(store);
      expect(stored[0]).toMatchObject({ lines: 2000, counted: 2000, numbers: lines.map((_, i) => i) });
      for (const { start, end } of (await store.windows.page({}, { limit: 1000 })).items) {
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end - start).toBeLessThan(DAY / 2);
      }
    },
  );
});

describe('a store that is slower than what comes', () => {
  function gate(): { opens: Promise<void>; open(): void } {
    let openIt = (): void => {};
    const opens = new Promise<void>((resolve) => {
      openIt = resolve;
    });
    return { opens, open: () => openIt() };
  }

  it('makes senders of syslog over TCP wait, and loses nothing', async () => {
    const [port = 0] = await freePorts(1);
    const closed = gate();
    const holder: { opens: Promise<void> } = { opens: Promise.resolve() };
    const { store, service } = await serve('tcp', [syslogTcp({ port, queueLines: 500 })], { gate: holder });
    holder.opens = closed.opens;
    // Longer lines than any buffer of the system holds.
    const lines = faultLines(6000, 7).map(
      (line, i) => `<38>${line.replace(/ line \d+$/, '')} ${'x'.repeat(4000)} line ${i}\n`,
    );
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    let sent = 0;
    const sending = (async () => {
      while (sent < lines.length) {
        const more = socket.write(lines.slice(sent, sent + 100).join(''));
        sent += 100;
        if (!more) await once(socket, 'drain');
      }
      socket.end();
    })();
    let seen = -1;
    await vi.waitFor(
      () => {
        const before = seen;
        seen = sent;
        expect(sent).toBe(before);
      },
      { timeout: 30_000, interval: 300 },
    );
    expect(sent).toBeLessThan(lines.length);
    closed.open();
    await sending;
    await reaches(service, lines.length);
    const [source] = await store.sources.list();
    expect(source).toMatchObject({ lines: lines.length, drops: 0, gaps: 0 });
  });

  it('makes syslog over UDP drop lines: each is counted, and reported as a gap with its number', async () => {
    const [port = 0] = await freePorts(1);
    const closed = gate();
    const holder: { opens: Promise<void> } = { opens: Promise.resolve() };
    const { store, service } = await serve('udp', [syslogUdp({ port, queueLines: 500 })], { gate: holder });
    holder.opens = closed.opens;
    const socket = createSocket('udp4');
    const lines = faultLines(3000, 8);
    for (const line of lines) {
      await new Promise<void>((resolve) => socket.send(`<38>${line}`, port, '127.0.0.1', () => resolve()));
    }
    socket.close();
    await vi.waitFor(() => {
      const [source] = service.status().sources;
      expect((source?.lines ?? 0) + (source?.drops ?? 0)).toBe(lines.length);
    }, DEADLINE);
    closed.open();
    await vi.waitFor(async () => {
      const [source] = await store.sources.list();
      expect((source?.lines ?? 0) + (source?.drops ?? 0)).toBe(lines.length);
    }, DEADLINE);
    const { sources } = await readContents(store);
    const [{ drops, gaps, numbers, lines: stored } = { drops: 0, gaps: [], numbers: [], lines: 0 }] = sources;
    expect(drops).toBeGreaterThan(1000);
    expect(numbers).toHaveLength(stored);
    expect(gaps.reduce((sum, { missing }) => sum + (missing ?? 0), 0)).toBe(drops);
    expect(gaps.map(({ reason }) => reason)).toContain('dropped: queue-full');
  });
});
