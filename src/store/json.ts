import type { Json } from './types.ts';

/** A value as the text of a JSON column. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}

/** What `toJson` was given. */
export function fromJson<T = Json>(text: string): T {
  return JSON.parse(text) as T;
}

/** A time as columns hold it. */
export function toMillisecond(time: number): number {
  return Math.floor(time);
}

/** A time that may be none. */
export function toOptionalMillisecond(time: number | null | undefined): number | null {
  return time === null || time === undefined || Number.isNaN(time) ? null : Math.floor(time);
}
