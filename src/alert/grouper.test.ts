import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import '../../test/support/property-seed.ts';
import { createRng } from '../util/rng.ts';
import { criticalityOf } from './criticality.ts';
import { type AlertGrouper, createAlertGrouper, type GrouperSnapshot } from './grouper.ts';
import type { LiveAlert, LiveEvent } from './live-alert.ts';
import { liveEvent, someEvents } from './sample-events.case.ts';

const address = { kind: 'address', value: '10.0.0.7' } as const;

function factor(alert: LiveAlert | undefined, name: string): number | undefined {
  return alert?.priority.factors.find((each) => each.name === name)?.value;
}

/** What a store would hold after these events, taken and saved where `cuts` and `saves` say. */
function stored(
  events: readonly LiveEvent[],
  groups: number,
  { cuts, saves }: { readonly cuts: ReadonlySet<number>; readonly saves: ReadonlySet<number> },
): Map<string, LiveAlert> {
  const found = new Map<string, LiveAlert>();
  const options = { groups, criticality: criticalityOf([{ entity: { kind: 'host', value: 'db' }, value: 1 }]) };
  let grouper: AlertGrouper = createAlertGrouper(options);
  const take = (): void => {
    for (const alert of grouper.take()) found.set(alert.id, alert);
  };
  events.forEach((event, i) => {
    const id = grouper.add(event);
    if (i % 3 === 0) grouper.place(id, { id: `window-${i % 2}`, channels: 1 + (i % 2) });
    if (cuts.has(i)) take();
    if (saves.has(i)) {
      const from = JSON.parse(JSON.stringify(grouper.snapshot())) as GrouperSnapshot;
      grouper = createAlertGrouper({ ...options, from });
    }
  });
  take();
  return found;
}

describe('alerts of events as they come', () => {
  test('are the same wherever they are taken and wherever the grouper was saved and went on', () => {
    const places = fc.array(fc.nat(79), { maxLength: 20 }).map((list) => new Set(list));
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), places, places, (seed, groups, cuts, saves) => {
        const events = someEvents(80, createRng(seed));
        const none = new Set<number>();
        expect(stored(events, groups, { cuts, saves })).toEqual(stored(events, groups, { cuts: none, saves: none }));
      }),
      { numRuns: 60 },
    );
  });

  test('count every event once, whatever is let go', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), (seed, groups) => {
        const events = someEvents(80, createRng(seed));
        const alerts = [...stored(events, groups, { cuts: new Set([40]), saves: new Set([50]) }).values()];
        const total = events.reduce((sum, { repeat }) => sum + repeat, 0);
        expect(alerts.reduce((sum, { count }) => sum + count, 0)).toBe(total);
      }),
      { numRuns: 30 },
    );
  });

  test('are there with the first event and grow with those like it in the hour', () => {
    const grouper = createAlertGrouper();
    const id = grouper.add(liveEvent({ entities: [address], surprise: 2, severity: 'MED', reason: 'first' }));
    expect(grouper.take()).toMatchObject([{ id, count: 1, severity: 'MED', reason: 'first', entity: address }]);
    expect(grouper.take()).toEqual([]);

    const worse = { entities: [address], surprise: 4, severity: 'HIGH', reason: 'worse', host: 'db' } as const;
    expect(grouper.add(liveEvent({ ...worse, offset: 5, time: 1_900_000 }))).toBe(id);
    const [alert] = grouper.take();
    expect(alert).toMatchObject({ id, count: 2, severity: 'HIGH', reason: 'worse', time: 1_000_000, source: 1 });
    expect(alert?.entities).toEqual([address, { kind: 'host', value: 'web' }, { kind: 'host', value: 'db' }]);
    expect(alert?.lines).toMatchObject({ source: 'auth.log', first: 1, last: 6 });
    expect(factor(alert, 'breadth')).toBe(0.25);

    const other = [
      grouper.add(liveEvent({ entities: [address], offset: 6, time: 1_000_000 + 3_600_000 })),
      grouper.add(liveEvent({ entities: [address], offset: 7, template: null })),
      grouper.add(liveEvent({ entities: [address], offset: 8, detector: 'quantity' })),
      grouper.add(liveEvent({ entities: [address], offset: 9, source: { id: 1, name: 'auth.log', generation: 'g2' } })),
      grouper.add(liveEvent({ entities: [{ kind: 'user', value: 'eve' }], offset: 10 })),
      grouper.add(liveEvent({ entities: [address], offset: 11, modelHash: 'next model' })),
    ];
    expect(new Set([id, ...other]).size).toBe(7);
  });

  test('show their first line and the latest, and list no more names than they may', () => {
    const grouper = createAlertGrouper({ names: 3 });
    for (let i = 0; i < 10; i++) {
      const user = { kind: 'user', value: `u${i}` } as const;
      grouper.add(
        liveEvent({
          ...{ offset: i, host: `host${i}`, entities: [address, user] },
          line: { line: i + 1, offset: i, length: 2000, text: `${i}${'x'.repeat(998)}\u{1f600}` },
        }),
      );
    }
    const [alert] = grouper.take();
    expect(alert?.lines?.examples.map(({ line }) => line)).toEqual([1, 7, 8, 9, 10]);
    expect(alert?.lines?.examples[0]?.text).toBe(`0${'x'.repeat(998)}`);
    expect(alert?.entities).toHaveLength(6);
    expect(alert?.count).toBe(10);
  });

  test('let go of the one that was quiet for longest; going on, it is another alert', () => {
    const grouper = createAlertGrouper({ groups: 2 });
    const event = (template: string, offset: number): LiveEvent =>
      liveEvent({ offset, template: { id: template, text: template, count: 1 } });
    const first = grouper.add(event('a', 0));
    grouper.add(event('b', 1));
    grouper.add(event('a', 2));
    grouper.add(event('c', 3));
    expect(grouper.add(event('a', 4))).toBe(first);
    expect(grouper.place(first, { id: 'w', channels: 2 })).toBe(true);
    const b = grouper.add(event('b', 5));
    expect(grouper.snapshot().held.map(({ id }) => id)).toEqual([first, b]);
    expect(grouper.take().map(({ count }) => count)).toEqual([3, 1, 1, 1]);
    expect(grouper.place('never seen', null)).toBe(false);
  });

  test('are ranked by what is known of their window, assets and past', () => {
    const history = { confirmed: 0, dismissed: 8 };
    const grouper = createAlertGrouper({
      criticality: criticalityOf([{ entity: { kind: 'host', value: 'web' }, value: 0.9 }]),
      history: ({ detector, template, entity }) =>
        detector === 'deeplog' && template === 'template' && entity?.value === '10.0.0.7'
          ? history
          : { confirmed: 0, dismissed: 0 },
    });
    const id = grouper.add(liveEvent({ entities: [address], received: 1_000_000 + 25 * 3_600_000 }));
    const [before] = grouper.take();
    expect(factor(before, 'criticality')).toBe(0.9);
    expect(factor(before, 'history')).toBe(0.1);
    expect(factor(before, 'recency')).toBeCloseTo(2 ** (-25 / 24));
    expect(grouper.place(id, { id: 'w', channels: 2 })).toBe(true);
    const [after] = grouper.take();
    expect(after).toMatchObject({ id, windowId: 'w' });
    expect(factor(after, 'corroboration')).toBe(1);
    expect(after?.priority.score).toBeGreaterThan(before?.priority.score ?? 1);
    expect(grouper.place(id, { id: 'w', channels: 2 })).toBe(true);
    expect(grouper.take()).toEqual([]);
  });
});
