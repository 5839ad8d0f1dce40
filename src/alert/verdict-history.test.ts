import { expect, test } from 'vitest';
import { createVerdictHistory } from './verdict-history.ts';

const user = { kind: 'user', value: 'eve' } as const;
const alert = { detector: 'deeplog', template: { id: 't' }, entity: user };

test('verdicts count for alerts of the same template, and twice for the same entity', () => {
  const history = createVerdictHistory();
  history.record(alert, 'false-positive');
  history.record({ ...alert, entity: null }, 'benign-expected');
  history.record({ ...alert, detector: 'quantity' }, 'true-positive');
  expect(history.of({ detector: 'deeplog', template: 't', entity: user })).toEqual({ confirmed: 0, dismissed: 3 });
  expect(history.of({ detector: 'deeplog', template: 't', entity: { ...user, value: 'bob' } })).toEqual({
    confirmed: 0,
    dismissed: 2,
  });
  expect(history.of({ detector: 'deeplog', template: null, entity: user })).toEqual({ confirmed: 0, dismissed: 0 });
});

test('a verdict that is undone or replaced counts no more', () => {
  const history = createVerdictHistory();
  const of = () => history.of({ detector: 'deeplog', template: 't', entity: null });
  history.record(alert, 'false-positive');
  history.record(alert, 'true-positive', 'false-positive');
  expect(of()).toEqual({ confirmed: 1, dismissed: 0 });
  history.record(alert, 'not-evaluable', 'true-positive');
  expect(of()).toEqual({ confirmed: 0, dismissed: 0 });
  history.record(alert, 'open', 'not-evaluable');
  expect(of()).toEqual({ confirmed: 0, dismissed: 0 });
});
