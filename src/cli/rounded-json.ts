import { round } from './results.ts';

/** A value for JSON with every number rounded; those that JSON cannot hold become null there. */
export function roundedJson(value: object): object;
export function roundedJson(value: unknown): unknown;
export function roundedJson(value: unknown): unknown {
  if (typeof value === 'number') return round(value);
  if (Array.isArray(value)) return value.map((part: unknown) => roundedJson(part));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, roundedJson(part)]));
}
