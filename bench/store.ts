import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { CaracalError } from '../src/errors.ts';
import { manyAlerts } from '../src/store/cases/sample-alerts.case.ts';
import { newWindow } from '../src/store/cases/sample-windows.case.ts';
import { type NewRecord, openStore, type Store } from '../src/store/index.ts';
import { createRng } from '../src/util/rng.ts';
import { median, quantile } from '../src/util/statistics.ts';
import { startPostgres } from '../test/support/postgres.ts';

const BATCH = 1000;
const BATCHES = 50;
const SAMPLES = 5;
const ALERTS = 100_000;
const WINDOWS = 2000;
/** Alerts, counts and lines lie within 30 days. */
const SPAN = 30 * 86_400_000;
const START = 20_000;

interface BenchDatabase {
  readonly url: string;
  /** What the database does by itself within minutes, done at once. */
  settle(): Promise<void>;
  remove(): void;
}

const DATABASES: Readonly<Record<string, (folder: string) => Promise<BenchDatabase>>> = {
  sqlite: async (folder) => ({ url: join(folder, 'store.db'), settle: async () => undefined, remove: () => undefined }),
  postgres: async () => {
    const server = startPostgres();
    const url = await server.database();
    const settle = async (): Promise<void> => {
      const client = new pg.Client(url);
      await client.connect();
      await client.query('vacuum analyze');
      await client.end();
    };
    return { url, settle, remove: server.remove };
  },
};

/**
 * Entry point of `npm run bench -- store [sqlite|postgres]`: lines stored in a second, and
 * the time to the first page of each query of the API with 100,000 alerts and 2,000 windows.
 */
export async function main({ only }: { readonly json: boolean; readonly only: readonly string[] }): Promise<unknown> {
  const names = only.length > 0 ? only : ['sqlite'];
  const results: Record<string, unknown> = {};
  for (const name of names) {
    const make = DATABASES[name];
    if (!make) throw new CaracalError('E_USAGE', `there is no database ${name} to measure. Give sqlite or postgres.`);
    const folder = mkdtempSync(join(tmpdir(), 'caracal-bench-'));
    const database = await make(folder);
    const store = await openStore(database.url);
    try {
      results[name] = { records: await insertion(store), queries: await firstPages(store, database) };
    } finally {
      await store.close();
      database.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return {
    name: 'store',
    method:
      `records: lines of 90 bytes in transactions of ${BATCH} with the source's position, ${BATCHES} transactions a sample, ` +
      `each on the disk before the next; queries: ${ALERTS} alerts, ${WINDOWS} windows, ${BATCH * BATCHES * (SAMPLES + 1)} lines, ` +
      `counts of 30 days; first pages of 50, median and slowest of ${SAMPLES} after one unmeasured`,
    hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}`,
    ...results,
  };
}

// --- internal ---

async function insertion(store: Store): Promise<object> {
  const { id } = await store.sources.open({ name: 'auth.log', kind: 'file', format: 'rfc3164' });
  const rates: number[] = [];
  let sequence = 0;
  for (let sample = 0; sample <= SAMPLES; sample++) {
    const batches = Array.from({ length: BATCHES }, () => Array.from({ length: BATCH }, () => line(id, sequence++)));
    const start = performance.now();
    for (const batch of batches) {
      await store.transaction(async (to) => {
        await to.records.append(batch);
        await to.sources.advance(id, { generation: 'g', position: sequence, lines: batch.length });
      });
    }
    rates.push((BATCH * BATCHES) / ((performance.now() - start) / 1000));
  }
  const measured = rates.slice(1).map(Math.round);
  return { unit: 'lines per second', median: median(measured), samples: measured };
}

function line(source: number, sequence: number): NewRecord {
  return {
    ...{
      source,
      sequence,
      time: START + ((sequence * 997) % SPAN),
      host: `web${sequence % 20}`,
      app: 'sshd',
      level: 6,
    },
    template: `template-${sequence % 300}`,
    text: `Mar 27 13:06:56 web sshd[${sequence}]: Accepted password for user${sequence % 400} from 10.0.0.7 port 2003 ssh2`,
  };
}

async function firstPages(store: Store, database: BenchDatabase): Promise<object> {
  await fill(store);
  await database.settle();
  const { alerts, windows, counts, records, suppressions, templates } = store;
  const day = { from: START + SPAN / 2, to: START + SPAN / 2 + 86_400_000 };
  const priority = { order: 'priority' } as const;
  const queries: Readonly<Record<string, () => Promise<unknown>>> = {
    'alerts by time': () => alerts.page({}),
    'alerts by priority': () => alerts.page({}, priority),
    'alerts of a host': () => alerts.page({ host: 'host3' }),
    'alerts of a host by priority': () => alerts.page({ host: 'host3' }, priority),
    'alerts of a user by priority': () => alerts.page({ user: 'user3' }, priority),
    'alerts of a rare user': () => alerts.page({ user: 'nobody' }, priority),
    'alerts of a source and severity': () => alerts.page({ source: [2], severity: ['HIGH'] }, priority),
    'alerts of a template': () => alerts.page({ template: ['template-1'] }),
    'alerts of an unknown template': () => alerts.page({ template: ['none'] }),
    'alerts that are open': () => alerts.page({ status: ['open'] }, priority),
    'alerts of a verdict': () => alerts.page({ status: ['true-positive'] }, priority),
    'alerts of a rank': () => alerts.page({ priority: ['CRITICAL'] }),
    'alerts of a day': () => alerts.page(day, priority),
    'alerts of a window': () => alerts.page({ window: 'window-1' }, priority),
    'alerts with a text': () => alerts.page({ text: 'failed password' }, priority),
    'alerts with a text that there is not': () => alerts.page({ text: 'no such thing' }),
    'facets of all alerts': () => alerts.counts({}),
    'facets of a day': () => alerts.counts(day),
    'facets of a host': () => alerts.counts({ host: 'host3' }),
    'hosts with most alerts': () => alerts.top('host', {}),
    'users of a day': () => alerts.top('user', day),
    'histogram of all alerts': () => alerts.histogram({}, 6 * 3_600_000),
    'histogram of a day': () => alerts.histogram(day, 600_000),
    'hosts by time, of all alerts': () => alerts.heat('host', { from: START }, 6 * 3_600_000, 50),
    'hosts by time, of a day': () => alerts.heat('host', day, 600_000, 50),
    'windows by score': () => windows.page({}),
    'windows by time': () => windows.page({}, { order: 'time' }),
    'windows of an entity': () => windows.page({ entity: { kind: 'host', value: 'host3' } }),
    'counts of 30 days': () => counts.range({ from: START, to: START + SPAN }),
    'receipt of a rule': () => suppressions.receipt({ host: 'host3', detector: ['deeplog'] }),
    'lines by time': () => records.page({}),
    'lines with a text': () => records.page({ text: 'user399 ' }),
    'lines with a text that there is not': () => records.page({ text: 'no such thing' }),
    'lines of a source and host': () => records.page({ source: [1], host: ['web3'] }),
    templates: () => templates.page({}),
  };
  const pages: Record<string, object> = {};
  for (const [name, query] of Object.entries(queries)) {
    const times: number[] = [];
    for (let sample = 0; sample <= SAMPLES; sample++) {
      const start = performance.now();
      await query();
      times.push(performance.now() - start);
    }
    const measured = times.slice(1).map((time) => Math.round(time * 10) / 10);
    pages[name] = { median: median(measured), slowest: quantile(measured, 1), samples: measured };
  }
  return { unit: 'ms', ...pages };
}

async function fill(store: Store): Promise<void> {
  const rng = createRng(1);
  const alerts = manyAlerts(ALERTS, 1, SPAN);
  for (let from = 0; from < ALERTS; from += 5000) await store.alerts.upsert(alerts.slice(from, from + 5000));
  for (let i = 0; i < 500; i++) {
    const id = alerts[rng.int(ALERTS)]?.id ?? '';
    const verdict = i % 2 === 0 ? 'true-positive' : 'false-positive';
    await store.verdicts.give({ target: { kind: 'alert', id }, verdict, author: 'bench', reason: '' });
  }
  await store.windows.upsert(
    Array.from({ length: WINDOWS }, (_, i) => {
      const start = START + rng.int(SPAN);
      const entities = [{ kind: 'host' as const, value: `host${i % 20}` }];
      return newWindow({ id: `window-${i}`, start, end: start + 600_000, score: rng.next() * 40, entities });
    }),
  );
  const minutes = SPAN / 60_000;
  for (let from = 0; from < minutes; from += 1000) {
    await store.counts.add(
      Array.from({ length: 2000 }, (_, i) => ({
        time: START + (from + (i >> 1)) * 60_000,
        ...{ source: 1, channel: i % 2 === 0 ? 'sequence' : 'quantity', events: 1000, flagged: i % 7 },
      })),
    );
  }
  const lastSeen = START + SPAN;
  await store.templates.save(
    Array.from({ length: 2000 }, (_, i) => ({ id: `template-${i}`, text: `Template <*> ${i}`, count: i, lastSeen })),
  );
}
