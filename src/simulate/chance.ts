import type { Rng } from '../util/rng.ts';

/** Draws that every script needs, over the project's generator. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Uniform in [low, high). */
export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.next();
}

/** Uniform integer from `low` to `high`, both included. */
export function integer(rng: Rng, low: number, high: number): number {
  return low + rng.int(high - low + 1);
}

/** True with probability `p`. */
export function chance(rng: Rng, p: number): boolean {
  return rng.next() < p;
}

/** Log-normal around `median`: how long people and programs take. `spread` is the standard deviation of the logarithm. */
export function around(rng: Rng, median: number, spread = 0.5): number {
  return median * Math.exp(spread * rng.normal());
}

/** One name of a table of weights. */
export function weighted<K extends string>(rng: Rng, weights: Readonly<Record<K, number>>): K {
  const names = Object.keys(weights) as K[];
  let left = rng.next() * names.reduce((sum, name) => sum + weights[name], 0);
  for (const name of names) {
    left -= weights[name];
    if (left < 0) return name;
  }
  return rng.pick(names);
}

/** `count` different elements in random order, fewer if there are not so many. */
export function sample<T>(rng: Rng, list: readonly T[], count: number): T[] {
  const rest = [...list];
  const drawn: T[] = [];
  while (drawn.length < count && rest.length > 0) drawn.push(...rest.splice(rng.int(rest.length), 1));
  return drawn;
}

/** A string of `length` characters out of `alphabet`. */
export function characters(rng: Rng, alphabet: string, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet.charAt(rng.int(alphabet.length));
  return text;
}

/** Hexadecimal digits. */
export function hexadecimal(rng: Rng, length: number): string {
  return characters(rng, '0123456789abcdef', length);
}

/** The alphabet of Base64 without padding. */
export const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
