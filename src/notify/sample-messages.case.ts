import type { NotifiedAlert, NotifiedWindow, NotifyMessage } from './message.ts';
import { messageOf } from './message.ts';

/** Terminal escapes, line ends, direction marks, and the syntax of every form that messages take. */
export const HOSTILE =
  '\u001b[31mroot\u001b[0m\r\nFake: line | cs1=x \\ <!channel> <@U1> <http://evil|ok> &lt; *b* @here \u202eevil\0"';

export function sampleAlert(change: Partial<NotifiedAlert> = {}): NotifiedAlert {
  return {
    ...{ id: 'alert-1', time: Date.UTC(2017, 2, 30, 13), severity: 'HIGH', calibrated: true, detector: 'deeplog' },
    priority: { rank: 'HIGH', score: 0.7, factors: [] },
    entity: { kind: 'address', value: '10.0.0.7' },
    entities: [
      { kind: 'address', value: '10.0.0.7' },
      { kind: 'user', value: 'eve' },
      { kind: 'host', value: 'web' },
    ],
    template: { id: 't', text: 'Failed password for <*>', count: 3 },
    ...{ reason: 'never seen', windowId: null, count: 4, source: 1, suppression: null },
    lines: {
      ...{ source: 'auth.log', first: 12, last: 15 },
      examples: [{ line: 12, offset: 100, length: 10, text: 'Failed password for eve' }],
    },
    ...change,
  };
}

export const sampleWindow: NotifiedWindow = {
  ...{ id: 'window-1', start: Date.UTC(2017, 2, 30, 13), end: Date.UTC(2017, 2, 30, 14), score: 5, incident: 0 },
  ...{ channels: ['deeplog', 'quantity'], entities: [{ kind: 'user', value: 'eve' }], reason: 'two channels agree' },
  ...{ boundaries: { start: 'a', end: 'b' }, state: 'open' },
};

/** The message of an alert that was added. */
export function alertMessage(change: Partial<NotifiedAlert> = {}, time = Date.UTC(2017, 2, 30, 14)): NotifyMessage {
  return messageOf({ type: 'alert', alert: sampleAlert(change), change: 'added' }, time) as NotifyMessage;
}

export function windowMessage(): NotifyMessage {
  return messageOf({ type: 'window', window: sampleWindow, change: 'open' }, sampleWindow.end) as NotifyMessage;
}

/** A message full of hostile text. */
export function hostileMessage(): NotifyMessage {
  return alertMessage({
    reason: HOSTILE,
    entity: { kind: 'user', value: HOSTILE },
    entities: [{ kind: 'host', value: HOSTILE }],
    template: { id: 't', text: HOSTILE, count: 1 },
    lines: { source: HOSTILE, first: 1, last: 1, examples: [{ line: 1, offset: 0, length: 9, text: HOSTILE }] },
  });
}
