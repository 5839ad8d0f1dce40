import { DEFAULT_SETTINGS, type Settings } from '../../src/config/index.ts';
import { CaracalError } from '../../src/errors.ts';
import { exportWorkflow } from '../../src/models/index.ts';
import type { LiveMessage, LiveService, ModelDetail, ServiceStatus } from '../../src/service/index.ts';
import type { Store, StoredModel, StoredVerdict, StoredWindow } from '../../src/store/index.ts';
import { createRng } from '../../src/util/rng.ts';
import { type BigramModel, bigramModel } from './bigram-model.ts';
import type { SampleHouse } from './sample-house.ts';

/** A service beside a store that is filled already: it takes nothing in, but answers, judges and tells. */
export interface SampleService extends LiveService {
  /** Tells all who listen. */
  tell(message: LiveMessage): void;
}

/** The service of a house. */
export async function sampleService(
  house: Pick<SampleHouse, 'store' | 'sequences' | 'templateText'>,
): Promise<SampleService> {
  const { store, sequences, templateText } = house;
  const listeners = new Set<(message: LiveMessage) => void>();
  const tell = (message: LiveMessage): void => {
    for (const listener of listeners) listener(message);
  };
  const model = bigramModel(sequences, templateText);
  await saveModels(store);
  let settings: Settings = { ...DEFAULT_SETTINGS, beta: 0.2 };
  const status = await statusOf(store);
  // As the real one does: what another setting changes is found from what it holds.
  let known: { from: number; to: number; windows: readonly StoredWindow[] } = { from: 0, to: 0, windows: [] };
  const told = (verdict: StoredVerdict, change: 'given' | 'undone'): StoredVerdict => {
    tell({ type: 'verdict', verdict, change });
    return verdict;
  };
  return {
    tell,
    status: () => status,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    infer: async ({ lines, keys, closed = false, topK = 5 }) => {
      const templates = keys ?? (await templatesOf(store, lines ?? []));
      const events = model.judge(templates, lines ?? null, closed, topK);
      const score = Math.max(0, ...events.map(({ nll }) => nll));
      return { model: CURRENT, anomalous: score > model.threshold, score, threshold: model.threshold, events };
    },
    explain: (id) => explain(store, model, id),
    preview: async ({ from, to, alpha, beta }) => {
      if (known.from !== from || known.to !== to) {
        known = { from, to, windows: (await store.windows.page({ from, to }, { limit: 1000 })).items };
      }
      const items = known.windows;
      const cut = (a: number, b: number) => {
        const windows = items
          .filter(({ score }) => score > 9 / (a + 1))
          .map(({ start, end, score, channels }) => ({ start: start - 6e5 * b, end: end + 6e5 * b, score, channels }));
        const minutes = windows.reduce((sum, { start, end }) => sum + (end - start) / 60_000, 0);
        return { windows, lines: Math.round(minutes * 11), readingMinutes: minutes / 4 };
      };
      const saved = cut(settings.alpha, settings.beta);
      return { ...cut(alpha, beta), saved: { ...saved, windows: saved.windows.length } };
    },
    templateValues: async (id) => {
      const [template] = await store.templates.get([id]);
      if (!template) return null;
      const { items } = await store.records.page({ template: [id] }, { limit: 500 });
      return valuesOf(
        template.text,
        items.map(({ text }) => text),
      );
    },
    modelDetail: async (hash) => {
      const stored = await store.models.get(hash);
      return stored && detailOf(stored, sequences, templateText);
    },
    receipt: async (alerts) => {
      const found = (await Promise.all(alerts.slice(0, 20).map((id) => store.alerts.get(id)))).filter(
        (one) => one !== null,
      );
      const templates = [...new Set(found.flatMap(({ template }) => (template ? [template.id] : [])))];
      const detector = [...new Set(found.map((alert) => alert.detector))];
      return store.suppressions.receipt(templates.length > 0 ? { detector, template: templates } : { detector });
    },
    giveVerdicts: async (verdicts) => {
      const given: StoredVerdict[] = [];
      for (const verdict of verdicts) given.push(told(await store.verdicts.give(verdict), 'given'));
      return given;
    },
    undoVerdict: async (id, by) => told(await store.verdicts.undo(id, by), 'undone'),
    addSuppression: (suppression) => store.suppressions.add(suppression),
    revokeSuppression: (id, author) => store.suppressions.revoke(id, author),
    settings: async () => settings,
    changeSettings: async (change) => {
      settings = { ...settings, ...change };
      return settings;
    },
    retrain: () => store.runs.start('train', {}),
    promote: (hash) => store.models.promote(hash),
    push: async () => {
      throw new CaracalError('E_USAGE', 'The sample takes nothing in. Push to a real service.');
    },
  };
}

// --- internal ---

const CURRENT = '5f2a90c41be7d3860e1f4c2ab8d97e35';
const BEFORE = '0c71d9f1a2b34455e6f708192a3b4c5d';

async function saveModels(store: Store): Promise<void> {
  if ((await store.models.list()).length > 0) return;
  for (const hash of [BEFORE, CURRENT]) {
    await store.models.save({
      hash,
      name: 'sequence',
      kind: 'deeplog',
      directory: `models/${hash.slice(0, 8)}`,
      detail: {},
    });
    await store.models.promote(hash);
  }
  const run = await store.runs.start('train', {});
  await store.runs.update(run.id, { state: 'done' });
}

async function statusOf(store: Store): Promise<ServiceStatus> {
  const sources = await store.sources.list();
  const lines = sources.reduce((sum, source) => sum + source.lines, 0);
  const now = Date.now();
  return {
    ...{ phase: 'live', error: null, learning: null, started: now - 5 * 86_400_000, training: null },
    model: { hash: CURRENT, kind: 'deeplog', since: now - 2 * 86_400_000 },
    totals: {
      ...{ time: now, lines, bytes: lines * 108, drops: 0, malformed: 3, flagged: 210, alerts: 738, windows: 12 },
      ...{ linesPerSecond: 8.4, latency: { p50: 38, p99: 112 }, queued: 0 },
    },
    sources: sources.map((source, i) => ({
      ...{ id: source.id, name: source.name, kind: source.kind, format: source.format, lines: source.lines },
      reason: '99.9 % of the first lines have this header',
      ...{ drops: 0, malformed: i === 0 ? 3 : 0, withoutTime: 0, lastSeen: source.lastSeen, error: null },
      ...{ linesPerSecond: i === 0 ? 5.1 : 3.3, silent: false },
    })),
    drift: {
      ...{ novelty: 0.012, flagRate: 0.0061, expectedFlagRate: 0.005, shift: 0.04, events: 10_000, level: 'some' },
      reason: '1.2 % of the last 10,000 events have a template that training never showed',
    },
    ...{ sessions: 412, templates: 340, openWindows: 1, checkpoint: { saved: now - 900, bytes: 1_430_000 } },
  };
}

async function templatesOf(store: Store, lines: readonly string[]): Promise<string[]> {
  const known: string[] = [];
  for (const line of lines) {
    const { items } = await store.records.page({ text: line.slice(0, 400) }, { limit: 1 });
    known.push(items[0]?.template ?? 'unknown');
  }
  return known;
}

async function explain(store: Store, model: BigramModel, id: string): ReturnType<LiveService['explain']> {
  const alert = await store.alerts.get(id);
  if (!alert) return null;
  const events = (await store.events.page({ alert: id }, { limit: 50 })).items;
  const first = events.at(-1);
  const around = first?.record == null ? [] : await store.records.around(first.record, 60, 30);
  const own = around.find((record) => record.id === first?.record);
  const pid = /\[\d+\]:/.exec(own?.text ?? '')?.[0];
  const session = around.filter(
    (record) => record.host === own?.host && (pid === undefined || record.text.includes(pid)),
  );
  const judged = model.judge(
    session.map(({ template }) => template ?? ''),
    session.map(({ text }) => text),
    false,
    5,
  );
  const counted = alert.detector === 'quantity';
  const numbers = /(\d[\d,]*) times in (\d+) min(?: \(usually (\d[\d,]*), at most (\d[\d,]*)\))?/.exec(alert.reason);
  const number = (text: string | undefined): number => Number((text ?? '0').replaceAll(',', ''));
  const same = alert.template
    ? (await store.alerts.page({ template: [alert.template.id] }, { limit: 6 })).items.filter((one) => one.id !== id)
    : [];
  return {
    alert,
    sequence: counted
      ? []
      : judged.map((line, i) => ({
          ...line,
          record: session[i] ?? null,
          deviating: session[i]?.id === first?.record,
          time: session[i]?.time ?? alert.time,
        })),
    threshold: counted ? null : model.threshold,
    parameters: (alert.template?.text.match(/<[A-Z*]+>/g) ?? []).slice(0, 4).map((mask, i) => ({
      kind: mask.slice(1, -1),
      value: mask === '<IP>' ? (alert.entity?.value ?? '221.73.83.8') : String(40_000 + i),
      usual: mask === '<IP>' ? ['10.20.0.14', '10.20.0.31'] : ['22', '443'],
      seen: mask === '<IP>' ? 0 : 31,
    })),
    quantity:
      counted && numbers
        ? {
            subject: alert.reason.split(numbers[0])[0]?.trim() ?? '',
            count: number(numbers[1]),
            ...{ usual: number(numbers[3]), most: number(numbers[4]), minutes: number(numbers[2]) },
          }
        : null,
    records: counted
      ? await store.records.get(events.flatMap(({ record }) => (record === null ? [] : [record])).slice(0, 30))
      : [],
    workflow: counted
      ? null
      : 'After the password was refused, the task usually ends or is tried again by the same user.',
    similar: await Promise.all(
      same.slice(0, 5).map(async (one) => ({
        alert: one,
        verdict: (await store.verdicts.history({ kind: 'alert', id: one.id }))[0] ?? null,
      })),
    ),
    window: alert.windowId === null ? null : await store.windows.get(alert.windowId),
  };
}

/** What stands in the variable places of lines, as far as their words line up with the template's. */
function valuesOf(template: string, lines: readonly string[]) {
  const parts = template.split(/<(?:\*|[A-Z]+)>/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const kinds = (template.match(/<(?:\*|[A-Z]+)>/g) ?? []).map((mask) => mask.slice(1, -1));
  const pattern = new RegExp(`${parts.join('(.*?)')}$`, 's');
  const found = lines.map((line) => pattern.exec(line)?.slice(1) ?? []);
  return kinds.map((kind, i) => {
    const counts = new Map<string, number>();
    for (const values of found) {
      const value = values[i];
      if (value !== undefined && value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const top = [...counts].sort((a, b) => b[1] - a[1]).map(([value, count]) => ({ value, count }));
    const numbers = top.map(({ value }) => Number(value)).sort((a, b) => a - b);
    const numeric = numbers.length > 0 && numbers.every(Number.isFinite);
    return {
      ...{ position: i + 1, kind, lines: lines.length, distinct: counts.size, top: top.slice(0, 10) },
      numbers: numeric
        ? { min: numbers[0] ?? 0, median: numbers[numbers.length >> 1] ?? 0, max: numbers.at(-1) ?? 0 }
        : null,
    };
  });
}

function detailOf(
  model: StoredModel,
  sequences: readonly (readonly string[])[],
  templateText: (id: string) => string,
): ModelDetail {
  const rng = createRng(7);
  const ids = [...new Set(sequences.flat())].sort();
  const groups = new Map(ids.map((id) => [id, templateText(id).split(/[\s:]/)[0] ?? '']));
  const names = [...new Set(groups.values())];
  return {
    ...{ model, parameters: 61_204, threshold: 11.2, eventThreshold: 6 },
    hyperParameters: { window: 10, embedding: 32, hidden: 64, layers: 2, lr: 0.001, batchSize: 2048, seed: 1 },
    vocabulary: ids.map((id) => ({ id, text: templateText(id) })),
    history: Array.from({ length: 24 }, (_, i) => ({
      epoch: i + 1,
      trainLoss: 0.42 + 2.6 * Math.exp(-i / 4) + 0.01 * rng.next(),
      validationLoss: 0.5 + 2.5 * Math.exp(-i / 4.2) + 0.03 * rng.next(),
    })),
    percentiles: [0.9, 0.95, 0.99, 0.995, 0.999].map((level) => {
      const value = -1.1 * Math.log(1 - level);
      return { level, value, low: value * 0.94, high: value * 1.08 };
    }),
    scores: {
      from: 0,
      to: 14,
      counts: Array.from({ length: 56 }, (_, i) => Math.round(9000 * Math.exp(-i / 5) + 3 * rng.next())),
    },
    map: ids.map((id) => {
      const group = names.indexOf(groups.get(id) ?? '');
      return {
        id,
        x: Math.cos(group) * (1 + (group % 5)) + 0.4 * rng.next(),
        y: Math.sin(group * 1.7) * 2 + 0.4 * rng.next(),
      };
    }),
    workflow: workflowOf(sequences, templateText),
    layers: [
      { name: 'embedding', shape: [340, 32], parameters: 10_880 },
      { name: 'lstm.0', shape: [256, 96], parameters: 25_088 },
      { name: 'lstm.1', shape: [256, 128], parameters: 33_280 },
      { name: 'output', shape: [340, 64], parameters: 22_100 },
    ],
    baselines: [
      { name: 'unseen key', flagRate: 0.0021 },
      { name: 'unseen bigram', flagRate: 0.0143 },
      { name: 'unseen trigram', flagRate: 0.0388 },
    ],
  };
}

/** The commonest keys of sessions that begin alike, as a workflow with a choice, a loop and what may be left out. */
function workflowOf(
  sequences: readonly (readonly string[])[],
  templateText: (id: string) => string,
): ModelDetail['workflow'] {
  const ids = [...new Set(sequences.flat())];
  const of = (start: string) => ({
    ...{ kind: 'key' as const },
    key: ids.find((id) => templateText(id).startsWith(start)) ?? start,
  });
  const graph = exportWorkflow(
    {
      kind: 'sequence',
      blocks: [
        {
          kind: 'branch',
          blocks: [
            { kind: 'loop', body: of('Failed password for <*>'), again: of('pam_unix(sshd:auth)') },
            { kind: 'sequence', blocks: [of('Accepted'), of('pam_unix(sshd:session): session opened')] },
          ],
        },
        { kind: 'optional', body: of('Received disconnect') },
        { kind: 'concurrent', blocks: [of('Disconnected from'), of('pam_unix(sshd:session): session closed')] },
      ],
    },
    'json',
    templateText,
  );
  const { nodes, edges } = JSON.parse(graph) as NonNullable<ModelDetail['workflow']>;
  return { nodes: nodes.map((node) => ({ ...node, text: node.text ?? null })), edges };
}
