import { manyAlerts } from '../store/cases/sample-alerts.case.ts';
import type { NewWindow, Store } from '../store/index.ts';

/** Names of what `fillStore` puts into a store. */
export interface SampleData {
  readonly alert: string;
  readonly window: string;
  readonly source: number;
  readonly record: number;
  readonly letter: number;
}

/** A little of everything. */
export async function fillStore(store: Store): Promise<SampleData> {
  // Some name nobody.
  const alerts = manyAlerts(30, 1).map((alert, i) => (i % 4 === 1 ? { ...alert, entity: null } : alert));
  const [alert] = alerts;
  await store.alerts.upsert(alerts);
  await store.windows.upsert([sampleWindow('w1'), { ...sampleWindow('w2'), notEvaluable: ['quantity'] }]);
  const source = await store.sources.open({ name: '/var/log/auth.log', kind: 'file', format: 'rfc3164' });
  await store.sources.advance(source.id, { generation: 'g1', position: { offset: 10 }, lines: 3, lastSeen: 30_000 });
  await store.sources.reportGap(source.id, { from: 1000, to: null, missing: 2, reason: 'rotated away' });
  const line = { source: source.id, host: 'web', app: 'sshd', level: 6, template: 't1' };
  const records = await store.records.append(
    ['Failed password for root', 'Accepted password for ann', 'broken \u2400 line'].map((text, i) => ({
      ...{ ...line, text, sequence: i * 100, time: 20_000 + i * 1000 },
      ...(i === 2 ? { raw: Uint8Array.of(0x62, 0, 0xff) } : {}),
    })),
  );
  await store.events.save([
    {
      ...{ source: source.id, generation: 'g1', sequence: 100, detector: 'deeplog', channel: 'sequence', time: 21_000 },
      ...{ record: records[1] ?? null, host: 'web', session: '1000', template: 't1', score: 4, nll: 9, rank: 12 },
      ...{ severity: 'HIGH', alert: alert?.id ?? null, window: 'w1', detail: { expected: ['t2'] } },
    },
  ]);
  await store.counts.add([{ time: 21_000, source: source.id, channel: 'sequence', events: 3, flagged: 1 }]);
  await store.templates.save([{ id: 't1', text: '<*> password for <USER>', count: 2, lastSeen: 21_000 }]);
  await store.models.save({ hash: 'h1', name: 'main', kind: 'deeplog', directory: '/models/h1', detail: { f1: 0.9 } });
  await store.models.save({ hash: 'h2', name: 'main', kind: 'deeplog', directory: '/models/h2', detail: null });
  await store.models.promote('h1');
  const letter = await store.deadLetters.add({
    ...{ notifier: 'soc', alert: alert?.id ?? null, payload: { text: 'alert' }, error: 'refused', attempts: 5 },
  });
  return {
    ...{ alert: alert?.id ?? '', window: 'w1', source: source.id, record: records[1] ?? 0, letter: letter.id },
  };
}

// --- internal ---

function sampleWindow(id: string): NewWindow {
  return {
    ...{ id, start: 20_000, end: 25_000, score: 7, incident: 1, channels: ['sequence'], state: 'closed' },
    entities: [{ kind: 'host', value: 'web' }],
    reason: 'Three rare events within a minute',
    boundaries: { start: 'first flag', end: 'last flag' },
    lines: {
      ...{ source: '/var/log/auth.log', first: 1, last: 3 },
      examples: [{ line: 1, offset: 0, length: 24, text: 'Failed password for root' }],
    },
  };
}
