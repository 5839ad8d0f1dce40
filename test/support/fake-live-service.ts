import { DEFAULT_SETTINGS, type Settings } from '../../src/config/index.ts';
import { CaracalError } from '../../src/errors.ts';
import type { Explanation, LiveMessage, LiveService, ModelDetail, ServiceStatus } from '../../src/service/index.ts';
import type { Store, StoredAlert } from '../../src/store/index.ts';
import type { PushRequest } from '../../src/stream/index.ts';

/** A live service without a pipeline: what belongs in the store is really there, the rest is made up. */
export interface FakeLiveService extends LiveService {
  /** Tells all who listen. */
  emit(message: LiveMessage): void;
  /** How many listen. */
  readonly listeners: number;
  /** What its status says. */
  phase: ServiceStatus['phase'];
  /** What was pushed. */
  readonly pushed: string[];
}

export function createFakeLiveService(store: Store, now: () => number = Date.now): FakeLiveService {
  const listeners = new Set<(message: LiveMessage) => void>();
  let settings: Settings = DEFAULT_SETTINGS;
  const emit = (message: LiveMessage): void => {
    for (const listener of [...listeners]) listener(message);
  };
  const fake: FakeLiveService = {
    emit,
    get listeners() {
      return listeners.size;
    },
    phase: 'live',
    pushed: [],
    status: () => statusOf(fake.phase, now()),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async infer({ lines = [], keys = [] }) {
      if (fake.phase === 'learning') throw new CaracalError('E_LEARNING', 'There is no model yet. Wait for it.');
      if (lines.length + keys.length === 0) throw new CaracalError('E_USAGE', 'Nothing to judge. Give lines or keys.');
      return { model: 'h1', anomalous: false, score: 0.5, threshold: 3, events: [...lines, ...keys].map(judged) };
    },
    async explain(id) {
      const alert = await store.alerts.get(id);
      return alert && explanationOf(alert, store);
    },
    preview: async ({ from, to, alpha }) => ({
      windows: [{ start: from, end: to, score: alpha, channels: ['sequence'] }],
      lines: 40,
      readingMinutes: 2,
      saved: { windows: 2, lines: 80, readingMinutes: 4 },
    }),
    async templateValues(id) {
      const [known] = await store.templates.get([id]);
      if (!known) return null;
      const top = [{ value: '10.0.0.1', count: 3 }];
      return [{ position: 1, kind: 'IP', lines: 3, distinct: 1, top, numbers: null }];
    },
    async modelDetail(hash) {
      const model = await store.models.get(hash);
      return model && { ...DETAIL, model };
    },
    async receipt(ids) {
      const first = await store.alerts.get(ids[0] ?? '');
      if (!first) throw new CaracalError('E_STORE_CONFLICT', `There is no alert ${ids[0]}. Read the list again.`);
      return store.suppressions.receipt({ detector: [first.detector] });
    },
    giveVerdicts: (verdicts) =>
      store.transaction(async (to) => {
        const given = [];
        for (const verdict of verdicts) given.push(await to.verdicts.give(verdict));
        return given;
      }),
    undoVerdict: (id, by) => store.verdicts.undo(id, by),
    addSuppression: (suppression) => store.suppressions.add(suppression),
    revokeSuppression: (id, author) => store.suppressions.revoke(id, author),
    settings: async () => settings,
    async changeSettings(change) {
      settings = { ...settings, ...change };
      return settings;
    },
    retrain: () => store.runs.start('train', null),
    promote: (hash) => store.models.promote(hash),
    async push({ method, url, headers, body }: PushRequest) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      fake.pushed.push(`${method} ${url} ${headers['content-type']} ${Buffer.concat(chunks)}`);
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"accepted":1}' };
    },
  };
  return fake;
}

// --- internal ---

function judged(line: string) {
  return {
    ...{ line, template: 't1', templateText: 'line <*>', nll: 0.5, rank: 1, severity: 'NONE' as const, flags: [] },
    expected: [{ template: 't1', p: 0.9, text: 'line <*>' }],
    parameters: [{ kind: '*', value: line.slice(0, 10) }],
  };
}

async function explanationOf(alert: StoredAlert, store: Store): Promise<Explanation> {
  const { items } = await store.records.page({}, { limit: 3 });
  const sequence = items.map((record, i) => ({
    ...judged(record.text),
    record,
    deviating: i === 1,
    time: record.time,
  }));
  return {
    ...{ alert, sequence, threshold: 3, records: items, quantity: null, workflow: null, window: null },
    parameters: [{ kind: 'IP', value: '10.0.0.9', usual: ['10.0.0.1'], seen: 0 }],
    similar: [{ alert, verdict: null }],
  };
}

function statusOf(phase: ServiceStatus['phase'], now: number): ServiceStatus {
  const counts = { lines: 1200, bytes: 110_000, drops: 2, malformed: 1, flagged: 7, alerts: 3, windows: 1 };
  return {
    ...{ phase, error: null, started: now - 60_000, training: null, sessions: 5, templates: 14, openWindows: 1 },
    learning: phase === 'learning' ? { lines: 1200, linesNeeded: 50_000, training: null } : null,
    model: phase === 'live' ? { hash: 'h1', kind: 'deeplog', since: now - 30_000 } : null,
    totals: { time: now, ...counts, linesPerSecond: 20, latency: { p50: 40, p99: 180 }, queued: 0 },
    sources: [],
    drift: {
      ...{ novelty: 0.01, flagRate: 0.002, expectedFlagRate: 0.001, shift: 0, events: 1000 },
      ...{ level: 'none', reason: 'As learned.' },
    },
    checkpoint: { saved: now - 1000, bytes: 40_000 },
  };
}

const DETAIL: Omit<ModelDetail, 'model'> = {
  parameters: 64,
  hyperParameters: { topK: 9, window: 10 },
  vocabulary: [{ id: 't1', text: 'line <*>' }],
  history: [{ epoch: 1, trainLoss: 1.5, validationLoss: 1.6 }],
  threshold: 3,
  eventThreshold: 5,
  percentiles: [{ level: 99, value: 3, low: 2.8, high: 3.3 }],
  scores: { from: 0, to: 4, counts: [10, 5, 1, 0] },
  map: [{ id: 't1', x: 0.1, y: -0.2 }],
  workflow: null,
  layers: [{ name: 'lstm.0.weight', shape: [8, 8], parameters: 64 }],
  baselines: [{ name: 'next-key', flagRate: 0.01 }],
};
