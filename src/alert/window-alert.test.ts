import { expect, test } from 'vitest';
import type { NewAlert } from '../store/index.ts';
import { type ClosedWindow, windowAlert } from './window-alert.ts';

const closed: ClosedWindow = {
  window: {
    ...{ id: 'w', start: 1000, end: 5000, score: 6, incident: 0, channels: ['deeplog', 'quantity'] },
    entities: [
      { kind: 'host', value: 'db' },
      { kind: 'user', value: 'eve' },
    ],
    ...{ reason: 'two channels agree', boundaries: { start: 'a', end: 'b' }, state: 'closed' },
  },
  ...{ modelHash: 'model', events: 12, surprise: 4, severity: 'HIGH', calibrated: true, entityShare: 0.001 },
  ...{ closed: 5000, source: null, lines: null },
};

test('the alert of a window says what the window says, and agreement makes it urgent', () => {
  const alert: NewAlert = windowAlert(closed, {
    criticality: () => 1,
    history: () => ({ confirmed: 1, dismissed: 0 }),
  });
  expect(alert).toMatchObject({
    ...{ detector: 'window', windowId: 'w', time: 1000, reason: 'two channels agree', count: 12, template: null },
    entity: { kind: 'user', value: 'eve' },
  });
  expect(alert.priority.factors).toHaveLength(8);
  expect(alert.priority.rank).toBe('CRITICAL');
  expect(windowAlert({ ...closed, events: 13 }).id).toBe(alert.id);
  expect(windowAlert({ ...closed, modelHash: 'other' }).id).not.toBe(alert.id);
});
