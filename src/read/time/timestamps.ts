import type { Moment } from './clock.ts';

/**
 * Reads a timestamp at `at`; fills `moment` and says whether there was one. `end` is
 * the first byte that must not be read.
 */
export type TimestampShape = (bytes: Uint8Array, at: number, end: number, moment: Moment) => boolean;

/**
 * ISO 8601 and its relatives (RFC 3339, RFC 5424): `2017-05-16T13:53:08.123+02:00`,
 * also with a blank, `_` or `-` before the time, `/` or `.` in the date, `,` before
 * the fraction and `.` in the time.
 */
export const isoTimestamp: TimestampShape = (bytes, at, end, moment) => {
  if (end - at < 19) return false;
  const separator = bytes[at + 4]!;
  if (separator !== DASH && separator !== SLASH && separator !== DOT) return false;
  if (bytes[at + 7] !== separator) return false;
  const year = digits(bytes, at, 4);
  const month = digits(bytes, at + 5, 2);
  const day = digits(bytes, at + 8, 2);
  const between = bytes[at + 10]!;
  if (year < 0 || month < 0 || day < 0) return false;
  if (between !== UPPER_T && between !== BLANK && between !== UNDERSCORE && between !== DASH) return false;
  if (!clockTime(bytes, at + 11, end, moment)) return false;
  moment.year = year;
  moment.month = month;
  moment.day = day;
  moment.follow = 'zone';
  readZone(bytes, end, moment);
  return true;
};

/** RFC 3164 section 4.1.2: `Mar  7 06:25:01`, also with a year before or after the time. */
export const syslogTimestamp: TimestampShape = (bytes, at, end, moment) => {
  if (end - at < 14) return false;
  const month = monthName(bytes, at);
  if (month === 0 || bytes[at + 3] !== BLANK) return false;
  let p = at + 4;
  if (bytes[p] === BLANK) p++;
  const first = digits(bytes, p, 1);
  if (first < 0) return false;
  const second = digits(bytes, p + 1, 1);
  const day = second < 0 ? first : first * 10 + second;
  p += second < 0 ? 1 : 2;
  if (bytes[p] !== BLANK) return false;
  const early = digits(bytes, p + 1, 4);
  const yearFirst = early >= 1000 && bytes[p + 5] === BLANK;
  if (!clockTime(bytes, yearFirst ? p + 6 : p + 1, end, moment)) return false;
  moment.month = month;
  moment.day = day;
  moment.year = yearFirst ? early : 0;
  moment.offset = Number.NaN;
  moment.follow = yearFirst ? 'nothing' : 'year';
  const late =
    yearFirst || moment.next + 5 > end || bytes[moment.next] !== BLANK ? -1 : digits(bytes, moment.next + 1, 4);
  if (late >= 1970 && (moment.next + 5 === end || !isDigitOrLetter(bytes[moment.next + 5]!))) {
    moment.year = late;
    moment.next += 5;
  }
  return true;
};

/** C's `ctime`: `Sun Dec 04 04:47:44 2005`. */
export const ctimeTimestamp: TimestampShape = (bytes, at, end, moment) => {
  if (end - at < 19 || bytes[at + 3] !== BLANK || !isDigitOrLetter(bytes[at]!)) return false;
  return monthName(bytes, at + 4) > 0 && syslogTimestamp(bytes, at + 4, end, moment);
};

/** Common Log Format: `10/Oct/2000:13:55:36 -0700`. */
export const clfTimestamp: TimestampShape = (bytes, at, end, moment) => {
  if (end - at < 20 || bytes[at + 2] !== SLASH || bytes[at + 6] !== SLASH || bytes[at + 11] !== COLON) return false;
  const day = digits(bytes, at, 2);
  const month = monthName(bytes, at + 3);
  const year = digits(bytes, at + 7, 4);
  if (day < 1 || month === 0 || year < 0 || !clockTime(bytes, at + 12, end, moment)) return false;
  moment.year = year;
  moment.month = month;
  moment.day = day;
  moment.follow = 'zone';
  readZone(bytes, end, moment);
  return true;
};

/** `17/06/09 20:10:40`: year, month, day. */
export const shortDateTimestamp: TimestampShape = (bytes, at, end, moment) => {
  if (end - at < 17 || bytes[at + 2] !== SLASH || bytes[at + 5] !== SLASH || bytes[at + 8] !== BLANK) return false;
  const year = digits(bytes, at, 2);
  const month = digits(bytes, at + 3, 2);
  const day = digits(bytes, at + 6, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || !clockTime(bytes, at + 9, end, moment)) return false;
  moment.year = 2000 + year;
  moment.month = month;
  moment.day = day;
  moment.offset = Number.NaN;
  moment.follow = 'nothing';
  return true;
};

/** `03-17 16:13:38.811`: month and day without a year. */
export const monthDayTimestamp: TimestampShape = (bytes, at, end, moment) => {
  if (end - at < 14 || bytes[at + 2] !== DASH || bytes[at + 5] !== BLANK) return false;
  const month = digits(bytes, at, 2);
  const day = digits(bytes, at + 3, 2);
  if (month < 1 || month > 12 || day < 1 || !clockTime(bytes, at + 6, end, moment)) return false;
  moment.year = 0;
  moment.month = month;
  moment.day = day;
  moment.offset = Number.NaN;
  moment.follow = 'nothing';
  return true;
};

/** `081109 203531`: year, month, day and time without separators. */
export const compactTimestamp: TimestampShape = (bytes, at, end, moment) => {
  if (end - at < 13 || bytes[at + 6] !== BLANK) return false;
  if (end > at + 13 && isDigitOrLetter(bytes[at + 13]!)) return false;
  const date = digits(bytes, at, 6);
  const time = digits(bytes, at + 7, 6);
  const month = Math.floor(date / 100) % 100;
  if (date < 0 || time < 0 || month < 1 || month > 12 || date % 100 < 1 || date % 100 > 31) return false;
  const hour = Math.floor(time / 10_000);
  const minute = Math.floor(time / 100) % 100;
  if (hour > 23 || minute > 59 || time % 100 > 60) return false;
  moment.year = 2000 + Math.floor(date / 10_000);
  moment.month = month;
  moment.day = date % 100;
  moment.ofDay = ((hour * 60 + minute) * 60 + (time % 100)) * 1000;
  moment.offset = Number.NaN;
  moment.clock = at + 7;
  moment.next = at + 13;
  moment.follow = 'word';
  return true;
};

/** Epoch seconds (10 digits, with or without a fraction) or milliseconds (13 digits). */
export const epochTimestamp: TimestampShape = (bytes, at, end, moment) => {
  const seconds = end - at < 10 ? -1 : digits(bytes, at, 10);
  if (seconds < 100_000_000) return false;
  let p = at + 10;
  let epoch = seconds * 1000;
  const milliseconds = p + 3 <= end ? digits(bytes, p, 3) : -1;
  if (milliseconds >= 0) {
    epoch += milliseconds;
    p += 3;
  } else if (p + 1 < end && bytes[p] === DOT && isDigit(bytes[p + 1]!)) {
    p = fraction(bytes, p, end, moment);
    epoch += moment.ofDay;
  }
  if (p < end && isDigitOrLetter(bytes[p]!)) return false;
  moment.epoch = epoch;
  moment.next = p;
  return true;
};

/** Every shape, the most telling first. */
export const timestampShapes: readonly TimestampShape[] = [
  isoTimestamp,
  syslogTimestamp,
  ctimeTimestamp,
  clfTimestamp,
  shortDateTimestamp,
  monthDayTimestamp,
  compactTimestamp,
  epochTimestamp,
];

// --- internal ---

const BLANK = 0x20;
const DASH = 0x2d;
const DOT = 0x2e;
const COMMA = 0x2c;
const COLON = 0x3a;
const SLASH = 0x2f;
const UNDERSCORE = 0x5f;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;
const PLUS = 0x2b;

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isDigitOrLetter = (byte: number): boolean => isDigit(byte) || ((byte | 32) >= 0x61 && (byte | 32) <= 0x7a);

/** Value of `count` digits, -1 where another byte stands among them. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** `hh:mm:ss` with an optional fraction; `.` may stand for `:`. Fills `ofDay` and `next`. */
function clockTime(bytes: Uint8Array, at: number, end: number, moment: Moment): boolean {
  if (end - at < 8) return false;
  const separator = bytes[at + 2]!;
  if ((separator !== COLON && separator !== DOT) || bytes[at + 5] !== separator) return false;
  const hour = digits(bytes, at, 2);
  const minute = digits(bytes, at + 3, 2);
  const second = digits(bytes, at + 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
  moment.clock = at;
  moment.next = at + 8;
  let milliseconds = 0;
  if (at + 9 < end && (bytes[at + 8] === DOT || bytes[at + 8] === COMMA) && isDigit(bytes[at + 9]!)) {
    moment.next = fraction(bytes, at + 8, end, moment);
    milliseconds = moment.ofDay;
  }
  moment.ofDay = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  moment.epoch = Number.NaN;
  return true;
}

/** Digits after a separator at `at`, as whole milliseconds into `ofDay`; returns the first byte after them. */
function fraction(bytes: Uint8Array, at: number, end: number, moment: Moment): number {
  let scale = 100;
  let value = 0;
  let p = at + 1;
  for (; p < end && isDigit(bytes[p]!); p++) {
    if (scale >= 1) value += (bytes[p]! - 0x30) * scale;
    scale /= 10;
  }
  moment.ofDay = value;
  return p;
}

/** `Z`, `+hh:mm`, `+hhmm` or `+hh` at `moment.next`, after a blank or not. */
function readZone(bytes: Uint8Array, end: number, moment: Moment): void {
  moment.offset = Number.NaN;
  let p = moment.next;
  if (p + 5 < end && bytes[p] === BLANK && (bytes[p + 1] === PLUS || bytes[p + 1] === DASH)) p++;
  if (p >= end) return;
  const sign = bytes[p]!;
  if (sign === UPPER_Z) {
    if (p + 1 < end && isDigitOrLetter(bytes[p + 1]!)) return;
    moment.offset = 0;
    moment.next = p + 1;
  } else if (sign === PLUS || sign === DASH) {
    const hours = p + 3 <= end ? digits(bytes, p + 1, 2) : -1;
    if (hours < 0 || hours > 15) return;
    const minutesAt = bytes[p + 3] === COLON ? p + 4 : p + 3;
    const minutes = minutesAt + 2 <= end ? digits(bytes, minutesAt, 2) : -1;
    if (minutes < 0 && p !== moment.next) return;
    moment.offset = (sign === PLUS ? 1 : -1) * (hours * 60 + Math.max(0, minutes));
    moment.next = minutes < 0 ? p + 3 : minutesAt + 2;
  }
}

/** Number of an English month's first three letters, 0 for anything else. */
function monthName(bytes: Uint8Array, at: number): number {
  const name = ((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) & 0xffffff;
  switch (name) {
    case 0x4a616e:
      return 1;
    case 0x466562:
      return 2;
    case 0x4d6172:
      return 3;
    case 0x417072:
      return 4;
    case 0x4d6179:
      return 5;
    case 0x4a756e:
      return 6;
    case 0x4a756c:
      return 7;
    case 0x417567:
      return 8;
    case 0x536570:
      return 9;
    case 0x4f6374:
      return 10;
    case 0x4e6f76:
      return 11;
    case 0x446563:
      return 12;
    default:
      return 0;
  }
}
