/** Milliseconds of a day. */
export const DAY = 86_400_000;

/**
 * Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
 * Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Year of a point in time, in UTC. */
export function yearOf(time: number): number {
  return new Date(time).getUTCFullYear();
}

/** The latest year of the Gregorian calendar, up to `year`, that has a 29 February. */
export function leapYearUntil(year: number): number {
  let leap = year - (year % 4);
  while (leap % 100 === 0 && leap % 400 !== 0) leap -= 4;
  return leap;
}
