import { expect, it } from 'vitest';
import type { Store } from '../store.ts';
import type { RetentionLimits } from '../types.ts';
import { newAlert } from './sample-alerts.case.ts';
import { newWindow } from './sample-windows.case.ts';
import type { StoreTests } from './store-tests.case.ts';

const DAY = 86_400_000;

/** Bounds in days and bytes. */
export function retentionCases(tests: StoreTests): void {
  const line = { source: 1, sequence: 0, time: 1, host: null, app: null, level: null, template: null };

  it('keeps the latest lines, within days and bytes', async () => {
    const { store, clock } = await tests.fresh();
    const ids: number[] = [];
    for (let day = 0; day < 10; day++) {
      ids.push(
        ...(await store.records.append(Array.from({ length: 300 }, () => ({ ...line, text: 'x'.repeat(100) })))),
      );
      clock.now += DAY;
    }
    expect(await store.retention.size()).toMatchObject({ records: 3000, recordBytes: 300_000 });
    // The line is of 1970: what counts is when it came.
    expect(await keep(store, { records: { days: 6.5 } })).toBe(1200);
    expect(await store.records.get(ids)).toHaveLength(1800);
    expect(await keep(store, { records: { days: 100, bytes: 100_000 } })).toBe(900);
    expect((await store.records.get(ids)).map(({ id }) => id)).toEqual(ids.slice(-900));
    expect(await keep(store, { records: { bytes: 100_000 } })).toBe(0);
    expect(await store.retention.size()).toMatchObject({ records: 900, recordBytes: 90_000 });
  });

  it('deletes old results, but not what was confirmed', async () => {
    const { store, clock } = await tests.fresh();
    const now = clock.now;
    const times = [now - 20 * DAY, now - 10 * DAY, now - DAY];
    await store.alerts.upsert(times.map((time, i) => newAlert({ id: `a${i}`, time })));
    await store.windows.upsert(times.map((end, i) => newWindow({ id: `w${i}`, start: 0, end, score: 1 })));
    for (const kind of ['alert', 'window'] as const) {
      const target = { kind, id: `${kind[0]}0` };
      await store.verdicts.give({ target, verdict: 'true-positive', author: 'ann', reason: '' });
    }
    await store.counts.add(times.map((time) => ({ time, source: 1, channel: 'c', events: 1, flagged: 0 })));
    await store.events.save(
      times.map((time, sequence) => ({
        ...{ source: 1, generation: 'g', sequence, detector: 'd', channel: 'c', time, record: null, host: null },
        ...{ session: null, template: null, score: 1, nll: 1, rank: 1, severity: 'LOW', alert: null, window: null },
        detail: null,
      })),
    );
    expect(await store.retention.step({})).toMatchObject({ records: 0, events: 0, counts: 0, alerts: 0, windows: 0 });
    const step = await store.retention.step({ alerts: { days: 5 }, events: { days: 15 }, counts: { days: 0.5 } });
    // Of each count the minute and the hour.
    expect(step).toMatchObject({ alerts: 1, windows: 1, events: 1, counts: 6 });
    expect((await store.alerts.page({})).items.map(({ id }) => id)).toEqual(['a2', 'a0']);
    expect((await store.windows.page({}, { order: 'score' })).items.map(({ id }) => id)).toEqual(['w2', 'w0']);
    expect((await store.events.page({})).items).toHaveLength(2);
  });
}

// --- internal ---

/** Steps until there is no more to do; gives how many lines went. */
async function keep(store: Store, limits: RetentionLimits): Promise<number> {
  let records = 0;
  for (let steps = 0; steps < 100; steps++) {
    const step = await store.retention.step(limits);
    records += step.records;
    if (!step.more) return records;
  }
  throw new Error('retention does not end');
}
