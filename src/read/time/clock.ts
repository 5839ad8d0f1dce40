import { DAY, daysFromCivil, leapYearUntil, yearOf } from './civil.ts';
import { createZone, QUARTER } from './zone.ts';

/** A timestamp as it stands in a line. */
export interface Moment {
  /** 0 where the line does not say. */
  year: number;
  month: number;
  day: number;
  /** Milliseconds since midnight. */
  ofDay: number;
  /** Minutes east of UTC, `NaN` where the line does not say. */
  offset: number;
  /** Epoch milliseconds, where the line gives them itself; else `NaN`. */
  epoch: number;
  /** First byte of the timestamp, its bracket included, and first byte after it. */
  from: number;
  next: number;
  /** Where its hour stands, unless it is an epoch. */
  clock: number;
  /** What, standing right behind the timestamp, would make another one of it: a zone, a year, any digit or letter. */
  follow: 'nothing' | 'zone' | 'year' | 'word';
}

/** Points in time of moments of one date and one zone: `base + ofDay`, for `from <= ofDay < to`. */
export interface Stretch {
  readonly base: number;
  readonly from: number;
  readonly to: number;
}

/** What a wall clock without year and zone needs to become a point in time. */
export interface ClockOptions {
  /** Year of the first line; inferred from `reference` unless told. */
  readonly year?: number | undefined;
  /** IANA name or offset of lines that name no zone. */
  readonly timezone: string;
  /** The input was written before this point in time (epoch ms), such as the file's modification time. */
  readonly reference: number;
}

/** Turns the moments of one source, in the order of its lines, into points in time. */
export interface Clock {
  /** Epoch milliseconds, `NaN` for a date that does not exist. */
  resolve(moment: Moment): number;
  /** What holds for all moments that differ from the one resolved last, whose date exists, in nothing but the time of day. */
  stretch(moment: Moment): Stretch;
  /** Year of the first line that named none, 0 while there was no such line. */
  readonly firstYear: number;
  /** The first line is of 29 February, and the latest year that it could be of has none. */
  readonly wentBackForLeapDay: boolean;
  /** Lines of 29 February without a year, in a year that has none; and that year. */
  readonly missedLeapDays: { readonly count: number; readonly year: number };
}

/** An empty moment, to be filled. */
export function createMoment(): Moment {
  return {
    year: 0,
    month: 0,
    day: 0,
    ofDay: 0,
    offset: Number.NaN,
    epoch: Number.NaN,
    from: 0,
    next: 0,
    clock: 0,
    follow: 'nothing',
  };
}

/**
 * A clock for one source. Without a year in the lines, the first line gets the latest
 * year that does not put it after the reference time (with a day of tolerance) and that
 * has its date. Later
 * a date that falls back by more than a month starts the next year, and one that leaps
 * ahead by more than eleven months is a straggler of the year before.
 */
export function createClock(options: ClockOptions): Clock {
  const zone = createZone(options.timezone);
  let firstYear = 0;
  let year = 0;
  let lastDayOfYear = 0;
  let key = -1;
  let midnight = 0;
  let wentBack = false;
  const missed = { count: 0, year: 0 };

  const infer = (month: number, day: number, ofDay: number): number => {
    if (year === 0) {
      const latest = yearOf(options.reference);
      const candidate = daysFromCivil(latest, month, day) * DAY + ofDay;
      year = options.year ?? (zone.toUtc(candidate) > options.reference + DAY ? latest - 1 : latest);
      firstYear = options.year === undefined && month === 2 && day === 29 ? leapYearUntil(year) : year;
      wentBack = firstYear !== year;
      year = firstYear;
    }
    // Months of 31 days keep the order of dates and need no calendar.
    const dayOfYear = month * 31 + day;
    let straggler = 0;
    if (lastDayOfYear > 0) {
      if (dayOfYear < lastDayOfYear - 31) year++;
      else if (dayOfYear > lastDayOfYear + 341) straggler = 1;
    }
    if (straggler === 0) lastDayOfYear = dayOfYear;
    return year - straggler;
  };

  return {
    get firstYear() {
      return firstYear;
    },
    get wentBackForLeapDay() {
      return wentBack;
    },
    missedLeapDays: missed,
    stretch: ({ ofDay, offset }) => {
      if (!Number.isNaN(offset)) return { base: midnight - offset * 60_000, from: 0, to: LONGEST_DAY };
      const base = zone.toUtc(midnight + ofDay) - ofDay;
      if (zone.steady) return { base, from: 0, to: LONGEST_DAY };
      const from = Math.floor(ofDay / QUARTER) * QUARTER;
      return { base, from, to: from + QUARTER };
    },
    resolve: (moment) => {
      if (!Number.isNaN(moment.epoch)) return moment.epoch;
      const { month, day, ofDay } = moment;
      const told = moment.year;
      const next = (told * 16 + month) * 32 + day;
      if (next !== key) {
        if (month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
        const inYear = told === 0 ? infer(month, day, ofDay) : told;
        if (day > daysFromCivil(inYear, month + 1, 1) - daysFromCivil(inYear, month, 1) && month < 12) {
          if (told === 0 && month === 2 && day === 29) {
            missed.count++;
            missed.year ||= inYear;
          }
          return Number.NaN;
        }
        key = next;
        midnight = daysFromCivil(inYear, month, day) * DAY;
      }
      const local = midnight + ofDay;
      return Number.isNaN(moment.offset) ? zone.toUtc(local) : local - moment.offset * 60_000;
    },
  };
}

// --- internal ---

/** Beyond the last time of a day, a leap second included. */
const LONGEST_DAY = DAY + 1000;
