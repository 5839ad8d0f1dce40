import { describe, expect, it } from 'vitest';
import { eventTable, rows } from '../../test/support/event-table.ts';
import { burstGap, type Flag, findBursts } from './bursts.ts';
import { delineate } from './delineate.ts';
import { toHuntWindow } from './windows.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const flag = (time: number, options: Partial<Flag> = {}): Flag => ({
  row: 0,
  time,
  surprise: 3,
  fact: 0,
  text: '',
  host: 0,
  ...options,
});
const facts = { entities: () => [], session: () => [Number.NaN, Number.NaN] as const, share: () => 0 };
const burstsOf = (channel: string, ...times: number[]) =>
  findBursts(
    channel,
    times.map((time) => flag(time)),
    MINUTE,
  );

describe('bursts', () => {
  it('end where the silence is longer than the gap', () => {
    const bursts = findBursts('a', [flag(5 * MINUTE), flag(0), flag(MINUTE), flag(Number.NaN)], MINUTE);
    expect(bursts.map(({ start, end }) => [start, end])).toEqual([
      [0, MINUTE],
      [5 * MINUTE, 5 * MINUTE],
    ]);
  });

  it('count a fact once however often it repeats', () => {
    const once = findBursts('a', [flag(0)], MINUTE);
    const often = findBursts(
      'a',
      Array.from({ length: 50 }, () => flag(0)),
      MINUTE,
    );
    const different = findBursts(
      'a',
      Array.from({ length: 10 }, (_, fact) => flag(0, { fact })),
      MINUTE,
    );
    expect(often[0]?.evidence).toBe(once[0]?.evidence);
    expect(different[0]?.evidence).toBeCloseTo(3 + 1);
  });

  it('have a shorter gap where flags are frequent, within bounds', () => {
    expect(burstGap(1000, DAY)).toBeLessThan(burstGap(100, DAY));
    expect(burstGap(1e9, DAY)).toBe(MINUTE);
    expect(burstGap(0, 1000 * DAY)).toBeLessThanOrEqual(15 * MINUTE);
  });
});

describe('delineate', () => {
  it('confirms what two channels see at the same time', () => {
    const { windows, leads } = delineate([...burstsOf('a', 0), ...burstsOf('b', 30_000)], facts, DAY);
    expect(windows).toHaveLength(1);
    expect(windows[0]?.channels.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(leads).toEqual([]);
  });

  it('keeps what only one channel sees as a lead, unless it is strong enough alone', () => {
    const weak = delineate(burstsOf('a', 0), facts, DAY);
    expect([weak.windows.length, weak.leads.length]).toEqual([0, 1]);
    const strong = delineate(burstsOf('a', 0), facts, DAY, { solo: 2.5 });
    expect([strong.windows.length, strong.leads.length]).toEqual([1, 0]);
  });

  it('keeps channels apart that flag at different times', () => {
    expect(delineate([...burstsOf('a', 0), ...burstsOf('b', 10 * MINUTE)], facts, DAY).windows).toEqual([]);
  });

  it('does not take what happens on two hosts at once for two views of one thing', () => {
    const elsewhere = findBursts('b', [flag(0, { host: 1 })], MINUTE);
    expect(delineate([...burstsOf('a', 0), ...elsewhere], facts, DAY).windows).toEqual([]);
  });

  it('extends by beta within bounds', () => {
    const bursts = findBursts('a', [flag(0), flag(100 * MINUTE)], 200 * MINUTE);
    const at = (beta: number) => delineate(bursts, facts, DAY, { solo: 1, beta }).windows[0];
    expect(at(0)?.start).toBe(-30_000);
    expect(at(0.05)?.start).toBe(-5 * MINUTE);
    expect(at(9)?.end).toBe(110 * MINUTE);
  });

  it('snaps outward to the sessions of its flags', () => {
    const session = () => [-3 * MINUTE, 2 * MINUTE] as const;
    const [window] = delineate(burstsOf('a', 0), { ...facts, session }, DAY, { solo: 1 }).windows;
    expect([window?.start, window?.end]).toEqual([-3 * MINUTE, 2 * MINUTE]);
    expect(window?.boundary).toEqual({ start: 'session', end: 'session' });
  });

  it('joins cores that share an entity and lie near, and only those', () => {
    const bursts = [...burstsOf('a', 0, 60 * MINUTE), ...burstsOf('a', 20 * 60 * MINUTE)];
    const shared = delineate(bursts, { ...facts, entities: () => [7] }, 3 * DAY, { solo: 1 });
    expect(shared.windows.map(({ core }) => core)).toEqual(
      expect.arrayContaining([
        [0, 60 * MINUTE],
        [20 * 60 * MINUTE, 20 * 60 * MINUTE],
      ]),
    );
    expect(delineate(bursts, facts, 3 * DAY, { solo: 1 }).windows).toHaveLength(3);
  });

  it('lets an unconfirmed core join the incident it belongs to', () => {
    const bursts = [...burstsOf('a', 0, 30 * MINUTE), ...burstsOf('b', 0)];
    const { windows, leads } = delineate(bursts, { ...facts, entities: () => [7] }, 3 * DAY);
    expect(windows.map(({ core }) => core)).toEqual([[0, 30 * MINUTE]]);
    expect(leads).toEqual([]);
    expect(delineate(bursts, facts, 3 * DAY).leads).toHaveLength(1);
  });

  it('does not join by an entity that is everywhere', () => {
    const times = Array.from({ length: 40 }, (_, i) => i * 90 * MINUTE);
    const bursts = times.flatMap((time) => burstsOf('a', time));
    const { windows } = delineate(bursts, { ...facts, entities: () => [7] }, 40 * 90 * MINUTE, {
      solo: 1,
      maxWindows: 99,
    });
    expect(windows).toHaveLength(40);
  });

  it('gives at most so many windows and loses none of the rest', () => {
    const bursts = [0, 1, 2, 3].flatMap((i) => burstsOf('a', i * 60 * MINUTE));
    const { windows, leads } = delineate(bursts, facts, DAY, { solo: 1, maxWindows: 3 });
    expect([windows.length, leads.length]).toEqual([3, 1]);
  });
});

describe('the budget of an analyst', () => {
  const bursts = [0, 1, 2, 3, 4].flatMap((i) => findBursts('a', [flag(i * 60 * MINUTE, { surprise: 9 - i })], MINUTE));
  const kept = (options: { time: number; events: number }, share: (start: number) => number) =>
    delineate(bursts, { ...facts, share }, 100 * MINUTE, { budget: options }).windows.map(({ score }) => score);

  it('leaves out what does not fit and takes what is weaker but does', () => {
    expect(
      kept({ time: 1, events: 0.5 }, (start) => (start > 170 * MINUTE && start < 190 * MINUTE ? 0.4 : 0.1)),
    ).toEqual([9, 8, 7, 5]);
    expect(kept({ time: 0.03, events: 1 }, () => 0)).toEqual([9, 8, 7]);
  });

  it('never hides the strongest because they are loud', () => {
    expect(kept({ time: 0, events: 0 }, () => 0.5)).toEqual([9, 8, 7]);
  });
});

describe('toHuntWindow', () => {
  const events = eventTable([
    { at: 0, entities: [['user', 'eve']] },
    { at: 30, entities: [['user', 'eve']] },
  ]);
  const bursts = [
    ...findBursts(
      'quantity',
      [flag(0, { row: 0, surprise: 4, text: 'many' }), flag(30_000, { row: 1, fact: 1, text: 'more' })],
      MINUTE,
    ),
    ...findBursts('sequence', [flag(30_000, { row: 1, text: 'odd' })], MINUTE),
  ];
  const context = {
    events,
    sourceGeneration: () => 'generation',
  };
  const [window] = delineate(bursts, facts, DAY).windows.map((found) => toHuntWindow(found, context));

  it('says why, of whom, and what set its ends', () => {
    expect(window?.reason).toBe('quantity: many, more; sequence: odd');
    expect(window?.entities).toEqual([{ kind: 'user', value: 'eve' }]);
    expect(window?.boundaries.start).toBe('30 s before the first flagged event');
    expect(window?.events).toEqual(rows(2));
  });

  it('has an id of content alone', () => {
    const again = delineate([...bursts].reverse(), facts, DAY).windows.map((found) => toHuntWindow(found, context));
    expect(again[0]?.id).toBe(window?.id);
  });
});
