import { beforeAll, expect, it } from 'vitest';
import type { NewFlaggedEvent, NewWindow } from '../types.ts';
import { newWindow } from './sample-windows.case.ts';
import { everyPage, type StoreTests, type TestStore } from './store-tests.case.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Flagged events, counts, windows. */
export function resultCases(tests: StoreTests): void {
  let test: TestStore;
  beforeAll(async () => {
    test = await tests.fresh();
  });
  const event = (change: Partial<NewFlaggedEvent>): NewFlaggedEvent => ({
    ...{ source: 1, generation: 'g', sequence: 0, detector: 'deeplog', channel: 'sequence', time: 0, record: null },
    ...{ host: 'web', session: 's', template: 't', score: 9.5, nll: null, rank: null, severity: 'HIGH' },
    ...{ alert: null, window: null, detail: { topK: [{ template: 'x', p: 0.25 }] } },
    ...change,
  });

  it('has an event once, however often it is judged', async () => {
    const { events } = test.store;
    const written = event({ sequence: 17, time: 1234.5, nll: Infinity, rank: 40, record: 3 });
    await events.save([written, written]);
    await events.save([{ ...written, alert: 'alert-1' }]);
    await events.save([{ ...written, window: 'window-1' }]);
    const { items } = await events.page({ alert: 'alert-1' });
    expect(items).toEqual([{ ...written, id: items[0]?.id, time: 1234, alert: 'alert-1', window: 'window-1' }]);
    expect((await events.page({ window: 'window-1' })).items).toEqual(items);
  });

  it('finds events by what they are of', async () => {
    const { events } = test.store;
    await events.save(
      Array.from({ length: 250 }, (_, i) =>
        event({
          ...{ generation: 'h', sequence: i, time: 10_000 + (i % 50), source: i % 2, host: `host${i % 3}` },
          ...{ detector: i % 5 === 0 ? 'quantity' : 'deeplog', template: `t${i % 4}` },
        }),
      ),
    );
    const filter = { from: 10_005, to: 10_020, detector: ['quantity'], source: [1], host: ['host0', 'host2'] };
    const found = await everyPage((cursor) => events.page(filter, { cursor, limit: 3 }));
    const expected = Array.from({ length: 250 }, (_, i) => i).filter(
      (i) => i % 50 >= 5 && i % 50 <= 20 && i % 5 === 0 && i % 2 === 1 && i % 3 !== 1,
    );
    expect(found.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(expected);
    expect(found.map(({ time }) => time)).toEqual(found.map(({ time }) => time).sort((a, b) => b - a));
  });

  it('adds up counts, and makes them as coarse as the range is long', async () => {
    const { counts } = test.store;
    const start = Date.UTC(2026, 0, 1);
    const added = Array.from({ length: 3000 }, (_, i) => ({
      time: start + (i % 1000) * MINUTE + 17,
      ...{
        source: 1 + (i % 2),
        channel: i % 3 === 0 ? 'sequence' : 'quantity',
        events: i,
        flagged: i % 10 === 0 ? 1 : 0,
      },
    }));
    await counts.add(added.slice(0, 2000));
    await counts.add(added.slice(2000));
    for (const points of [10, 100, 5000]) {
      for (const by of ['source', 'channel', undefined] as const) {
        const range = { from: start + 50 * MINUTE, to: start + 800 * MINUTE, points, source: [1, 2], by };
        const series = await counts.range(range);
        const expected = new Map<string, { events: number; flagged: number }>();
        for (const { time, events, flagged, ...count } of added) {
          const unit = series.step % HOUR === 0 ? HOUR : MINUTE;
          const start = Math.floor(time / unit) * unit;
          if (start < Math.floor(range.from / unit) * unit || start > range.to) continue;
          const key = `${Math.floor(time / series.step) * series.step} ${by ? count[by] : null}`;
          const sum = expected.get(key) ?? { events: 0, flagged: 0 };
          expected.set(key, { events: sum.events + events, flagged: sum.flagged + flagged });
        }
        const got = series.points.map(({ time, series, events, flagged }) => [
          `${time} ${series}`,
          { events, flagged },
        ]);
        expect(new Map(got as [string, { events: number; flagged: number }][])).toEqual(expected);
        expect(new Set(series.points.map(({ time }) => time)).size).toBeLessThanOrEqual(points);
      }
    }
    const one = await counts.range({ from: start, to: start, channel: ['sequence'] });
    expect(one).toEqual({ step: MINUTE, points: [{ time: start, series: null, events: 0, flagged: 1 }] });
    await expect(counts.range({ from: 1, to: 0 })).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('has a window once, with its latest content', async () => {
    const { windows } = test.store;
    const open = newWindow({ id: 'w1', state: 'open', entities: [{ kind: 'user', value: 'alice' }] });
    expect(await windows.upsert([open])).toEqual({ added: ['w1'], changed: [] });
    expect(await windows.upsert([open])).toEqual({ added: [], changed: [] });
    const closed = newWindow({ id: 'w1', end: 99_999.5, score: 7, entities: [{ kind: 'user', value: 'bob' }] });
    test.clock.now += 10;
    expect(await windows.upsert([closed, newWindow({ id: 'w2' })])).toEqual({ added: ['w2'], changed: ['w1'] });
    expect(await windows.get('w1')).toEqual({
      ...{ ...closed, status: 'open', statusUntil: null, created: test.clock.now - 10, updated: test.clock.now },
    });
    const of = async (value: string) => (await windows.page({ entity: { kind: 'user', value } })).items.length;
    expect([await of('alice'), await of('bob')]).toEqual([0, 1]);
    expect(await windows.get('w3')).toBeNull();
  });

  it('ranks windows, or puts them in order of time', async () => {
    const { windows } = test.store;
    const many = Array.from({ length: 60 }, (_, i) =>
      newWindow({ id: `m${i}`, start: 1e6 + i * 100, end: 1e6 + i * 100 + 500, score: 100 + ((i * 7) % 10) }),
    );
    await windows.upsert(many);
    const range = { from: 1e6 + 2000, to: 1e6 + 4000 };
    const inside = many.filter(({ start, end }) => end >= range.from && start <= range.to);
    const ids = async (order: 'score' | 'time'): Promise<string[]> =>
      (await everyPage((cursor) => windows.page(range, { cursor, limit: 4, order }))).map(({ id }) => id);
    const byId = (a: NewWindow, b: NewWindow): number => (a.id < b.id ? 1 : -1);
    expect(await ids('score')).toEqual([...inside].sort((a, b) => b.score - a.score || byId(a, b)).map(({ id }) => id));
    expect(await ids('time')).toEqual([...inside].sort((a, b) => b.start - a.start).map(({ id }) => id));
    expect((await windows.page({ state: 'open', status: ['open'] })).items).toEqual([]);
  });
}
