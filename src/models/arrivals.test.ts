import { describe, expect, it } from 'vitest';
import { eventTable, type PlainEvent } from '../../test/support/event-table.ts';
import { judgeArrivals } from './arrivals.ts';

const PERIOD = 300_000;
const at = (period: number, template = 0, host = 'a'): PlainEvent => ({ at: period * 300, template, host });
/** Something that happens in every period, so that the log has a length. */
const background = (periods: number): PlainEvent[] => Array.from({ length: periods }, (_, i) => at(i, 9));
const judge = (list: readonly PlainEvent[], judgedFrom: number) => {
  const events = eventTable([...list].sort((a, b) => a.at - b.at));
  const { surprise, before } = judgeArrivals(events, { period: PERIOD, judgedFrom: judgedFrom * PERIOD });
  const row = (period: number, template: number): number =>
    Array.from(events.time).findIndex((time, i) => time === period * PERIOD && events.template[i] === template);
  return { of: (period: number, template: number) => surprise[row(period, template)]!, before, row };
};

describe('arrivals', () => {
  it('are as surprising as they are rare: (m + 1) / (n + 1) after m in n periods', () => {
    const { of } = judge([...background(1000), at(100, 1), at(990, 1), at(995, 2)], 900);
    expect(of(990, 1)).toBeCloseTo(-Math.log10(2 / 991));
    expect(of(995, 2)).toBeCloseTo(-Math.log10(1 / 996));
  });

  it('say less each time they come back, the judged past being learned too', () => {
    const { of } = judge([...background(1000), at(910, 1), at(930, 1), at(950, 1)], 900);
    expect(of(910, 1)).toBeGreaterThan(of(930, 1));
    expect(of(930, 1)).toBeGreaterThan(of(950, 1));
  });

  it('go on as long as no period is left out, however loud they are', () => {
    const { of } = judge([...background(1000), ...[910, 911, 912, 913].map((period) => at(period, 1))], 900);
    expect(of(913, 1)).toBe(of(910, 1));
  });

  it('count for each host by itself', () => {
    const { of } = judge([...background(1000), ...[1, 5, 9, 13].map((p) => at(p, 1, 'b')), at(950, 1, 'a')], 900);
    expect(of(950, 1)).toBeCloseTo(-Math.log10(1 / 951));
  });

  it('of the learned part are judged by all others of it, so that they show what is normal', () => {
    const { of, before, row } = judge([...background(1000), at(10, 1), at(500, 1), at(800, 1)], 900);
    expect(of(10, 1)).toBe(of(800, 1));
    expect(of(10, 1)).toBeCloseTo(-Math.log10(3 / 900), 2);
    expect(before[row(10, 1)]).toBe(2);
  });

  it('never use what comes later', () => {
    const whole = [...background(1000), at(910, 1), at(920, 1), at(960, 1), at(970, 1)];
    const prefix = whole.filter((event) => event.at <= 930 * 300);
    expect(judge(prefix, 900).of(920, 1)).toBe(judge(whole, 900).of(920, 1));
  });
});
