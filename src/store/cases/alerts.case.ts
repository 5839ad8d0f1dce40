import { beforeAll, expect, it } from 'vitest';
import { createRng } from '../../util/rng.ts';
import type { AlertFilter, NewAlert } from '../types.ts';
import { manyAlerts, newAlert } from './sample-alerts.case.ts';
import { everyPage, type StoreTests, type TestStore } from './store-tests.case.ts';

const COUNT = 400;

/** Alerts: once each, filtered, paged and counted. */
export function alertCases(tests: StoreTests): void {
  let test: TestStore;
  const alerts = [
    ...manyAlerts(COUNT - 50, 1),
    ...manyAlerts(50, 2, 1e8).map((alert) => ({ ...alert, id: `${alert.id} late` })),
  ];
  beforeAll(async () => {
    test = await tests.fresh();
    await test.store.alerts.upsert(alerts);
  });

  it('has an alert once, with its latest content', async () => {
    const { store, clock } = await tests.fresh();
    const alert = newAlert({ id: 'a', entities: [{ kind: 'host', value: 'web' }] });
    expect(await store.alerts.upsert([alert, alert])).toEqual({ added: ['a'], changed: [] });
    expect(await store.alerts.upsert([alert])).toEqual({ added: [], changed: [] });
    clock.now += 1000;
    const later = {
      ...alert,
      count: 12,
      time: 5.75,
      entities: [{ kind: 'host', value: 'db' }],
      suppression: 's',
    } as const;
    expect(await store.alerts.upsert([later, newAlert({ id: 'b' })])).toEqual({ added: ['b'], changed: ['a'] });
    const created = clock.now - 1000;
    const kept = { status: 'open', statusUntil: null, created, updated: clock.now, revision: 2, suppression: 's' };
    expect(await store.alerts.get('a')).toEqual({ ...later, ...kept });
    expect((await store.alerts.counts({})).total).toBe(2);
    expect(await store.alerts.top('host', {})).toEqual([{ value: 'db', count: 1 }]);
    expect(await store.alerts.get('c')).toBeNull();
  });

  it('gives every alert of a filter once, in its order, while others come in', async () => {
    const rng = createRng(7);
    for (let round = 0; round < 25; round++) {
      const filter = someFilter(rng.int);
      for (const order of ['time', 'priority'] as const) {
        const found = await everyPage((cursor) => test.store.alerts.page(filter, { cursor, limit: 7, order }));
        const expected = alerts.filter((alert) => fits(alert, filter)).sort((a, b) => compare(a, b, order));
        expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      }
    }
    const first = await test.store.alerts.page({}, { limit: 10 });
    await test.store.alerts.upsert([newAlert({ id: 'newest', time: 1e12 })]);
    const second = await test.store.alerts.page({}, { limit: 10, cursor: first.cursor });
    const sorted = [...alerts].sort((a, b) => compare(a, b, 'time')).map(({ id }) => id);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(sorted.slice(0, 20));
  });

  it('counts the alerts of a filter by each facet', async () => {
    const rng = createRng(8);
    for (let round = 0; round < 15; round++) {
      const filter = { ...someFilter(rng.int), to: 1e11 };
      const matching = alerts.filter((alert) => fits(alert, filter));
      const counts = await test.store.alerts.counts(filter);
      expect(counts).toEqual({
        total: matching.length,
        status: matching.length === 0 ? {} : { open: matching.length },
        severity: tally(matching.map(({ severity }) => severity)),
        priority: tally(matching.map(({ priority }) => priority.rank)),
        detector: tally(matching.map(({ detector }) => detector)),
        source: tally(matching.map(({ source }) => `${source}`)),
      });
      const hosts = matching.flatMap(({ entities }) => entities.filter(({ kind }) => kind === 'host'));
      const top = await test.store.alerts.top('host', filter, 100);
      expect(Object.fromEntries(top.map(({ value, count }) => [value, count]))).toEqual(
        tally(hosts.map(({ value }) => value)),
      );
      const templates = await test.store.alerts.top('template', filter, 2);
      expect(templates.map(({ count }) => count)).toEqual(
        Object.values(tally(matching.flatMap(({ template }) => (template ? [template.id] : []))))
          .sort((a, b) => b - a)
          .slice(0, 2),
      );
    }
  });

  it('shows who alerts name most, over time', async () => {
    const filter = { to: 1e11, detector: ['deeplog'] };
    const cells = await test.store.alerts.heat('user', filter, 5000, 3);
    const expected = new Map<string, { score: number; count: number }>();
    const top = (await test.store.alerts.top('user', filter, 3)).map(({ value }) => value);
    for (const alert of alerts.filter((alert) => fits(alert, filter))) {
      for (const { kind, value } of alert.entities) {
        if (kind !== 'user' || !top.includes(value)) continue;
        const key = `${value} ${Math.floor(Math.floor(alert.time) / 5000) * 5000}`;
        const known = expected.get(key) ?? { score: 0, count: 0 };
        expected.set(key, { score: Math.max(known.score, alert.priority.score), count: known.count + 1 });
      }
    }
    expect(new Map(cells.map(({ value, time, score, count }) => [`${value} ${time}`, { score, count }]))).toEqual(
      expected,
    );
    expect(await test.store.alerts.heat('host', { from: 2e12 }, 5000, 3)).toEqual([]);
  });

  it('shows alerts over time, by severity', async () => {
    const filter = { to: 1e11, detector: ['deeplog'] };
    for (const step of [5000, 3_600_000, 7_200_000]) {
      const bars = await test.store.alerts.histogram(filter, step);
      const keys = alerts
        .filter((alert) => fits(alert, filter))
        .map(({ time, severity }) => `${Math.floor(time / step) * step} ${severity}`);
      expect(Object.fromEntries(bars.map(({ time, severity, count }) => [`${time} ${severity}`, count]))).toEqual(
        tally(keys),
      );
      expect(bars.map(({ time }) => time)).toEqual(bars.map(({ time }) => time).sort((a, b) => a - b));
    }
    await expect(test.store.alerts.histogram({}, 0)).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('takes filter values for what they are', async () => {
    const hostile = ["' or '1'='1", '"; drop table alerts; --', '\0', '%'];
    for (const value of hostile) {
      const { items } = await test.store.alerts.page({ host: value, detector: [value], template: [value] });
      expect(items).toEqual([]);
    }
    expect((await test.store.alerts.page({ severity: [] })).items).toEqual([]);
    expect((await test.store.alerts.counts({})).total).toBe(COUNT + 1);
  });
}

// --- internal ---

function someFilter(int: (below: number) => number): AlertFilter {
  const parts: AlertFilter[] = [
    { from: 20_000 + int(30_000), to: 60_000 + int(40_000) },
    { severity: ['HIGH', 'LOW'] },
    { priority: ['CRITICAL', 'MEDIUM'] },
    { detector: ['deeplog'] },
    { source: [1, 3] },
    { template: [`template-${int(4)}`] },
    { host: `host${int(5)}` },
    { user: `user${int(9)}` },
    { entity: { kind: 'address', value: `10.0.0.${int(7)}` } },
    { window: 'window-1' },
    { text: `UNEXPECTED ${int(10)}` },
    { suppressed: int(2) === 0 },
    { status: ['open', 'false-positive'] },
  ];
  return { to: 1e11, ...parts[int(parts.length)], ...parts[int(parts.length)] };
}

/** The filter as its documentation has it. */
function fits(alert: NewAlert, filter: AlertFilter): boolean {
  const named = [...(alert.entity ? [alert.entity] : []), ...alert.entities];
  const names = (kind: string, value: string | undefined): boolean =>
    value === undefined || named.some((entity) => entity.kind === kind && entity.value === value);
  const among = <T>(values: readonly T[] | undefined, value: T): boolean => values?.includes(value) ?? true;
  const text = [alert.reason, alert.template?.text ?? '', ...named.map(({ value }) => value)].join('\n').toLowerCase();
  return (
    Math.floor(alert.time) >= (filter.from ?? -Infinity) &&
    Math.floor(alert.time) <= (filter.to ?? Infinity) &&
    among(filter.status, 'open') &&
    among(filter.severity, alert.severity) &&
    among(filter.priority, alert.priority.rank) &&
    among(filter.detector, alert.detector) &&
    among(filter.source, alert.source ?? -1) &&
    among(filter.template, alert.template?.id ?? '') &&
    names('host', filter.host) &&
    names('user', filter.user) &&
    names(filter.entity?.kind ?? '', filter.entity?.value) &&
    (filter.window === undefined || alert.windowId === filter.window) &&
    (filter.suppressed === undefined || (alert.suppression !== null) === filter.suppressed) &&
    text.includes((filter.text ?? '').toLowerCase())
  );
}

function compare(a: NewAlert, b: NewAlert, order: 'time' | 'priority'): number {
  const urgent = order === 'priority' ? b.priority.score - a.priority.score : 0;
  return urgent || Math.floor(b.time) - Math.floor(a.time) || (a.id < b.id ? 1 : -1);
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
