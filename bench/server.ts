import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { createApp, listen } from '../src/server/index.ts';
import { manyAlerts, newAlert } from '../src/store/cases/sample-alerts.case.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { quantile } from '../src/util/statistics.ts';
import { createFakeLiveService } from '../test/support/fake-live-service.ts';

const ALERTS = 100_000;
const LINES = 50_000;
const REQUESTS = 40;
const CLIENTS = 50;
const MESSAGES = 2000;
const SPAN = 30 * 86_400_000;

/**
 * Entry point of `npm run bench -- server`: what the API adds to the store's queries, each
 * with its authentication over a real socket, and how fast the live stream reaches many.
 */
export async function main(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'caracal-bench-'));
  const store = await openStore(join(folder, 'server.db'));
  const service = createFakeLiveService(store);
  const rate = { perSecond: 1e9, burst: 1e9 };
  const limits = { address: rate, identity: rate, liveClientsEach: CLIENTS };
  const app = createApp({ store, service, version: 'bench', retryNotification: async () => {}, limits });
  const listening = await listen(app, { port: 0 });
  try {
    const first = await fill(store);
    const { secret } = await store.tokens.issue({ name: 'bench', role: 'viewer', author: 'bench' });
    const headers = { authorization: `Bearer ${secret}` };
    const day = `from=${SPAN / 2}&to=${SPAN / 2 + 86_400_000}`;
    const paths = {
      health: '/health',
      status: '/api/v1/status',
      'alerts, the most urgent 50': '/api/v1/alerts?status=open&order=priority',
      'one alert': `/api/v1/alerts/${first}`,
      'facets of all alerts': '/api/v1/alerts/counts',
      'histogram of a day': `/api/v1/alerts/histogram?${day}&step=3600000`,
      'heat map of 30 days': `/api/v1/heatmap?from=0&to=${SPAN}&by=host&columns=120`,
      'lines with a text': '/api/v1/records?text=user39',
    };
    const requests: Record<string, unknown> = {};
    for (const [name, path] of Object.entries(paths)) {
      const samples: number[] = [];
      for (let i = 0; i <= REQUESTS; i++) {
        const start = performance.now();
        const response = await fetch(listening.url + path, { headers });
        await response.arrayBuffer();
        if (!response.ok) throw new Error(`${path} gave ${response.status}`);
        if (i > 0) samples.push(performance.now() - start);
      }
      const round = (value: number): number => Math.round(value * 100) / 100;
      requests[name] = {
        p50: round(quantile(samples, 0.5)),
        p99: round(quantile(samples, 0.99)),
        ms: samples.map(round),
      };
    }
    return {
      name: 'server',
      method:
        `${ALERTS} alerts and ${LINES} lines in SQLite; each route ${REQUESTS} times, one after the other, over a kept ` +
        `connection, client and server in one process; live: ${MESSAGES} alerts to ${CLIENTS} WebSockets in the same process`,
      hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
      requests,
      live: await fanOut(listening.url.replace('http', 'ws'), headers, service),
    };
  } finally {
    await listening.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

// --- internal ---

async function fill(store: Store): Promise<string> {
  const alerts = manyAlerts(ALERTS, 1, SPAN);
  for (let i = 0; i < ALERTS; i += 5000) await store.alerts.upsert(alerts.slice(i, i + 5000));
  const { id: source } = await store.sources.open({ name: 'auth.log', kind: 'file', format: 'rfc3164' });
  const text = 'sshd[7]: Accepted password for user';
  const line = { source, host: 'web', app: 'sshd', level: 6, template: 't1' };
  for (let i = 0; i < LINES; i += 5000) {
    await store.records.append(
      Array.from({ length: 5000 }, (_, k) => ({
        ...line,
        sequence: i + k,
        time: i + k,
        text: `${text}${(i + k) % 400}`,
      })),
    );
  }
  return alerts[0]?.id ?? '';
}

async function fanOut(
  url: string,
  headers: Readonly<Record<string, string>>,
  service: ReturnType<typeof createFakeLiveService>,
): Promise<object> {
  const seen = { alerts: 0, left: 0 };
  const sockets = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const socket = new WebSocket(`${url}/api/v1/live`, { headers });
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as { type: string; dropped?: number };
        if (message.type === 'alert') seen.alerts++;
        seen.left += message.dropped ?? 0;
      });
      await once(socket, 'message');
      return socket;
    }),
  );
  const kept = { suppression: null, status: 'open', statusUntil: null, created: 1, updated: 1, revision: 1 } as const;
  const start = performance.now();
  for (let i = 0; i < MESSAGES; i++) {
    service.emit({ type: 'alert', alert: { ...newAlert({ id: `live ${i}` }), ...kept }, change: 'added' });
    if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  while (seen.alerts + seen.left < CLIENTS * MESSAGES) await new Promise((resolve) => setImmediate(resolve));
  const seconds = (performance.now() - start) / 1000;
  for (const socket of sockets) socket.terminate();
  return {
    clients: CLIENTS,
    messagesPerSecond: Math.round(seen.alerts / seconds),
    delivered: seen.alerts,
    left: seen.left,
  };
}
