import { describe, expect, it } from 'vitest';
import { type Clock, createClock, createMoment } from './clock.ts';

const at = (clock: Clock, month: number, day: number, hour = 12, year = 0): string => {
  const time = clock.resolve({ ...createMoment(), year, month, day, ofDay: hour * 3_600_000 });
  return Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 16);
};
const clock = (reference: string, options: { year?: number; timezone?: string } = {}): Clock =>
  createClock({ timezone: 'UTC', reference: Date.parse(reference), ...options });

describe('the year of a timestamp without one', () => {
  it('is the latest that does not put the line after the file', () => {
    expect(at(clock('2017-04-20'), 3, 27)).toBe('2017-03-27T12:00');
    expect(at(clock('2017-04-20'), 11, 2)).toBe('2016-11-02T12:00');
    expect(at(clock('2017-04-20T00:00Z'), 4, 20, 23)).toBe('2017-04-20T23:00');
  });

  it('is that of the first line where the user says so', () => {
    expect(at(clock('2026-01-01', { year: 2017 }), 3, 27)).toBe('2017-03-27T12:00');
  });

  it('goes up from December to January, and comes back for stragglers', () => {
    const time = clock('2017-04-20');
    expect(at(time, 12, 31)).toBe('2016-12-31T12:00');
    expect(at(time, 1, 1)).toBe('2017-01-01T12:00');
    expect(at(time, 12, 31, 23)).toBe('2016-12-31T23:00');
    expect(at(time, 1, 2)).toBe('2017-01-02T12:00');
  });

  it('stays when a clock is set back a little, and follows quiet months', () => {
    const time = clock('2017-12-20');
    expect(at(time, 3, 2)).toBe('2017-03-02T12:00');
    expect(at(time, 2, 27)).toBe('2017-02-27T12:00');
    expect(at(time, 11, 1)).toBe('2017-11-01T12:00');
  });

  it('is a leap year where the first line is of 29 February', () => {
    expect(at(clock('2026-11-21'), 2, 29)).toBe('2024-02-29T12:00');
    expect(at(clock('2024-01-10'), 2, 29)).toBe('2020-02-29T12:00');
    expect(at(clock('2101-01-10'), 2, 29)).toBe('2096-02-29T12:00');
    expect(at(clock('2026-11-21', { year: 2025 }), 2, 29)).toBe('');
  });

  it('is known to be wrong when 29 February comes later', () => {
    const time = clock('2026-11-21');
    expect([at(time, 2, 28), at(time, 2, 29), at(time, 2, 29, 13)]).toEqual(['2026-02-28T12:00', '', '']);
    expect(time.missedLeapDays).toEqual({ count: 2, year: 2026 });
  });

  it('does not move with lines that name theirs', () => {
    const time = clock('2017-04-20');
    expect(at(time, 3, 1, 12, 2011)).toBe('2011-03-01T12:00');
    expect(at(time, 3, 2)).toBe('2017-03-02T12:00');
  });
});

it('knows no dates that do not exist', () => {
  expect(at(clock('2017-04-20'), 13, 1, 12, 2017)).toBe('');
  expect(at(clock('2017-04-20'), 2, 29, 12, 2017)).toBe('');
  expect(at(clock('2017-04-20'), 2, 29, 12, 2016)).toBe('2016-02-29T12:00');
  expect(at(clock('2017-04-20'), 4, 31, 12, 2017)).toBe('');
});

describe('time zones', () => {
  it.each([
    ['Europe/Berlin', '2017-01-15T11:00', '2017-07-15T10:00'],
    ['America/St_Johns', '2017-01-15T15:30', '2017-07-15T14:30'],
    ['+05:30', '2017-01-15T06:30', '2017-07-15T06:30'],
    ['-0800', '2017-01-15T20:00', '2017-07-15T20:00'],
    ['utc', '2017-01-15T12:00', '2017-07-15T12:00'],
  ])('%s', (timezone, winter, summer) => {
    const time = clock('2018-01-01', { timezone });
    expect(at(time, 1, 15, 12, 2017)).toBe(winter);
    expect(at(time, 7, 15, 12, 2017)).toBe(summer);
  });

  it('change with summer time on the hour', () => {
    const time = clock('2018-01-01', { timezone: 'Europe/Berlin' });
    expect([1, 3, 4].map((hour) => at(time, 3, 26, hour, 2017))).toEqual([
      '2017-03-26T00:00',
      '2017-03-26T01:00',
      '2017-03-26T02:00',
    ]);
    expect([1, 2, 3].map((hour) => at(time, 10, 29, hour, 2017))).toEqual([
      '2017-10-28T23:00',
      '2017-10-29T00:00',
      '2017-10-29T02:00',
    ]);
  });
});
