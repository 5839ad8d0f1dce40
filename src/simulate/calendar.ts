import type { Rng } from '../util/rng.ts';
import { between, chance, DAY, HOUR, MINUTE } from './chance.ts';
import type { Rhythm } from './company.ts';

/** Days and hours in UTC. */

/** 0 = Sunday to 6 = Saturday. */
export function weekday(time: number): number {
  return new Date(time).getUTCDay();
}

export function isWeekend(time: number): boolean {
  const day = weekday(time);
  return day === 0 || day === 6;
}

/** Midnight before `time`. */
function midnight(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

/** Hours since midnight, with fraction. */
function hourOfDay(time: number): number {
  return (time - midnight(time)) / HOUR;
}

/** How busy the company is, from 0.06 at night to 1 on a working day's best hours. */
export function businessLevel(time: number): number {
  const hour = hourOfDay(time);
  const morning = 1 / (1 + Math.exp(-2.2 * (hour - 8)));
  const evening = 1 / (1 + Math.exp(2 * (hour - 17.3)));
  const lunch = 1 - 0.4 * Math.exp(-(((hour - 12.5) / 0.5) ** 2));
  return 0.06 + 0.94 * morning * evening * lunch * (isWeekend(time) ? 0.12 : 1);
}

/** One person's day at work, epoch ms. */
export interface Workday {
  readonly arrive: number;
  readonly lunch: number;
  readonly back: number;
  readonly leave: number;
  readonly remote: boolean;
}

/** Draws a person's working day; `null` for a day off. @param day midnight of the day */
export function planWorkday(rng: Rng, rhythm: Rhythm, day: number): Workday | null {
  const weekend = isWeekend(day);
  if (chance(rng, weekend ? 1 - rhythm.weekend : rhythm.absence)) return null;
  const jitter = (): number => rng.normal() * rhythm.spread * HOUR;
  const remote = weekend || chance(rng, rhythm.remote);
  if (weekend) {
    const arrive = day + between(rng, 9, 19) * HOUR;
    const leave = arrive + between(rng, 0.5, 3) * HOUR;
    const middle = (arrive + leave) / 2;
    return { arrive, lunch: middle, back: middle, leave, remote };
  }
  const arrive = day + rhythm.start * HOUR + jitter();
  const lunch = Math.max(arrive + HOUR, day + rhythm.lunch * HOUR + jitter() / 2);
  const back = lunch + between(rng, 25, 70) * MINUTE;
  const leave = Math.max(back + HOUR, day + rhythm.end * HOUR + jitter());
  return { arrive, lunch, back, leave, remote };
}
