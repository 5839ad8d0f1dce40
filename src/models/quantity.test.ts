import { describe, expect, it } from 'vitest';
import { eventTable, type PlainEvent, rows } from '../../test/support/event-table.ts';
import { fitQuantity } from './quantity.ts';

/** Every ten minutes one user logs in from one address, with up to three attempts. */
function ordinaryDays(buckets: number): PlainEvent[] {
  return Array.from({ length: buckets }, (_, b) =>
    Array.from({ length: 1 + (b % 3) }, (_, i) => login(b * 600 + i, `10.0.0.${b % 40}`, `user${b % 20}`)),
  ).flat();
}

function login(at: number, address: string, user: string): PlainEvent {
  return {
    at,
    entities: [
      ['address', address],
      ['user', user],
    ],
  };
}

const training = ordinaryDays(600);

/** Surprise of the last events of a table whose first events are ordinary days. */
function surpriseOf(judged: readonly PlainEvent[]) {
  const events = eventTable([...training, ...judged]);
  const model = fitQuantity(events, rows(training.length));
  const rowsJudged = judged.map((_, i) => training.length + i);
  return { events, ...model.judge(events, rowsJudged) };
}

describe('the quantity channel', () => {
  it('is surprised by a hundred attempts in five minutes though each looks like any other', () => {
    const guesses = Array.from({ length: 100 }, (_, i) => login(1e6 + i, '10.0.0.1', 'user1'));
    const { surprise } = surpriseOf(guesses);
    expect(Math.min(...surprise.subarray(0, 50))).toBeGreaterThan(2.5);
  });

  it('is not surprised by what is usual', () => {
    const { surprise } = surpriseOf([login(1e6, '10.0.0.1', 'user1'), login(1e6 + 1, '10.0.0.1', 'user1')]);
    expect(Math.max(...surprise)).toBeLessThan(1);
  });

  it('judges a subject it has never seen by what is usual for its kind', () => {
    const stranger = (n: number) => Array.from({ length: n }, (_, i) => login(1e6 + i, '203.0.113.9', 'nobody'));
    const [few, many] = [surpriseOf(stranger(2)), surpriseOf(stranger(60))];
    expect(Math.max(...few.surprise)).toBeLessThan(1);
    expect(Math.max(...many.surprise)).toBeGreaterThan(2.5);
  });

  it('counts a record that stands for N events N times', () => {
    const repeated = surpriseOf([{ ...login(1e6, '10.0.0.1', 'user1'), repeat: 100 }]);
    const single = surpriseOf([login(1e6, '10.0.0.1', 'user1')]);
    expect(repeated.surprise[0]).toBeGreaterThan((single.surprise[0] ?? 0) + 2);
    expect(repeated.peaks.some(({ count }) => count === 100)).toBe(true);
  });

  it('says what was usual', () => {
    const { peaks } = surpriseOf([login(1e6, '10.0.0.2', 'user2')]);
    const user = peaks.find(({ kind }) => kind === 'user');
    expect(user).toMatchObject({ count: 1, usual: 2, most: 3 });
  });

  it('leaves events without time alone', () => {
    const { surprise, peaks } = surpriseOf([login(Number.NaN, '10.0.0.1', 'user1')]);
    expect([surprise[0], peaks.length]).toEqual([0, 0]);
  });

  it('refuses a bucket that is no span of time', () => {
    expect(() => fitQuantity(eventTable(training), [0], { bucket: 0 })).toThrow(/positive/);
  });
});
