import { currentPreferences } from './preferences.ts';

/** Numbers and times as an analyst reads them. Times follow the chosen zone, which the top bar shows. */

/** `2025-03-22 23:18:22`. */
export function dateTime(time: number): string {
  return `${date(time)} ${clock(time)}`;
}

/** `2025-03-22`. */
export function date(time: number): string {
  return shifted(time).toISOString().slice(0, 10);
}

/** `23:18:22`. */
export function clock(time: number): string {
  return shifted(time).toISOString().slice(11, 19);
}

/** `23:18:22.053`. */
export function preciseClock(time: number): string {
  return shifted(time).toISOString().slice(11, 23);
}

/** From and to, the date once where it is the same: `2025-03-22 23:18 – 02:19`. */
export function span(from: number, to: number): string {
  const short = (time: number): string => clock(time).slice(0, 5);
  if (date(from) === date(to)) return `${date(from)} ${short(from)} – ${short(to)}`;
  return `${date(from)} ${short(from)} – ${date(to).slice(5)} ${short(to)}`;
}

/** `UTC` or `UTC+2`, the zone that times are shown in. */
export function zoneName(): string {
  if (currentPreferences().zone === 'utc') return 'UTC';
  const minutes = -new Date().getTimezoneOffset();
  const sign = minutes < 0 ? '−' : '+';
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `local, UTC${sign}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** `4 h 17 min`, `12 min`, `38 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} d`;
}

/** How long ago, as `duration`. */
export function ago(time: number, now: number): string {
  return now - time < 1500 ? 'now' : `${duration(now - time)} ago`;
}

/** `1,234,567`. */
export function whole(value: number): string {
  return integers.format(value);
}

/** `1.2 k`, `3.4 M`: where there is little room. */
export function brief(value: number): string {
  return compact.format(value);
}

/** With so many digits after the point. */
export function fixed(value: number, digits = 2): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}

/** `12.3 %`. */
export function percent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : '–';
}

/** `+3`, `−12`, `±0`. */
export function signed(value: number, format: (value: number) => string = whole): string {
  if (value === 0) return '±0';
  return value > 0 ? `+${format(value)}` : `−${format(-value)}`;
}

/** `3.2 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return `${(value / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** `1 line`, `2 lines`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

// --- internal ---

const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

function shifted(time: number): Date {
  if (!Number.isFinite(time)) return new Date(0);
  if (currentPreferences().zone === 'utc') return new Date(time);
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000);
}
