import { expect, test } from 'vitest';
import { eventTable, type PlainEvent } from '../../test/support/event-table.ts';
import { calibrate } from '../score/index.ts';
import type { Alert, HuntWindow } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { type FlaggedEvent, makeAlerts } from './alerts.ts';

const calibration = calibrate(Float64Array.from({ length: 2000 }, (_, i) => i / 2000));

const window: HuntWindow = {
  ...{ id: 'w', start: 0, end: 1_800_000, score: 5, incident: 1, channels: ['deeplog', 'quantity'], entities: [] },
  ...{ reason: 'both', boundaries: { start: 'a', end: 'b' }, state: 'closed', events: [] },
};

function alertsOf(list: readonly PlainEvent[], flagged: readonly FlaggedEvent[]): Alert[] {
  return makeAlerts([{ detector: 'deeplog', modelHash: 'model', calibration, flagged }], {
    events: eventTable(list),
    windows: [window],
    template: (internal) => ({ id: `t${internal}`, text: `template ${internal}`, count: 1 }),
    sourceGeneration: () => 'generation',
  });
}

test('alerts of a log stand for each flagged event once, the most urgent first', () => {
  const rng = createRng(7);
  const list = Array.from({ length: 300 }, (_, i) => ({
    ...{ at: i * 60, template: rng.int(3), host: `host${rng.int(4)}`, repeat: 1 + rng.int(2) },
    entities: [['address', `10.0.0.${rng.int(3)}`] as const, ['user', `u${rng.int(50)}`] as const],
  }));
  const flagged = list.flatMap((_, row): FlaggedEvent[] =>
    rng.int(3) === 0 ? [{ row, score: rng.next() * 1.1, surprise: rng.int(40) / 10, reason: `row ${row}` }] : [],
  );
  const alerts = alertsOf(list, flagged);
  expect(alerts.flatMap(({ events }) => events).sort((a, b) => a - b)).toEqual(flagged.map(({ row }) => row));
  for (const alert of alerts) {
    const rows = alert.events.map((row) => list[row]);
    const hour = (at = 0): number => Math.floor((at * 1000) / 3_600_000);
    expect(new Set(rows.map((row) => `${row?.entities[0]} ${row?.template} ${hour(row?.at)}`)).size).toBe(1);
    expect(alert.count).toBe(rows.reduce((sum, row) => sum + (row?.repeat ?? 0), 0));
    expect(alert.windowId).toBe(alert.time <= 1_800_000 ? 'w' : null);
    const hosts = new Set(rows.map((row) => row?.host)).size;
    const users = new Set(rows.map((row) => row?.entities[1]?.[1])).size;
    expect(alert.priority.factors.find(({ name }) => name === 'breadth')?.note).toBe(
      `${hosts} host(s), ${users} user(s)`,
    );
  }
  const scores = alerts.map(({ priority }) => priority.score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(alertsOf(list, [...flagged].reverse())).toEqual(alerts);
});

test('an alert of a log says nothing of assets, age and past verdicts: its other factors weigh more', () => {
  const [alert] = alertsOf([{ at: 5 }], [{ row: 0, score: 2, surprise: 4, reason: 'rare' }]);
  expect(alert).toMatchObject({ severity: 'HIGH', calibrated: true, reason: 'rare', entity: null, windowId: 'w' });
  const weights = alert?.priority.factors.map(({ name, weight }) => [name, weight]);
  expect(weights).toEqual([
    ['surprise', 0.4],
    ['corroboration', 0.3],
    ['rarity', 0.1],
    ['breadth', 0.1],
    ['burst', 0.1],
  ]);
});
