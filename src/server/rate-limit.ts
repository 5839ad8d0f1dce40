import type { Rate } from './limits.ts';

/** Counts requests by key, in buckets that fill up again with time. */
export interface RateLimit {
  /** Takes one; gives 0, or the milliseconds until there is one again. */
  take(key: string): number;
}

/** Keys that are remembered; the one that was not seen for longest is forgotten. */
const MOST_KEYS = 10_000;

/** A token bucket for each key. */
export function createRateLimit({ perSecond, burst }: Rate, now: () => number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(key) {
      const time = now();
      const known = buckets.get(key);
      const left = known ? Math.min(burst, known.left + (Math.max(0, time - known.at) / 1000) * perSecond) : burst;
      const wait = left >= 1 ? 0 : Math.ceil(((1 - left) / perSecond) * 1000);
      // Last in the map is who was seen last.
      buckets.delete(key);
      buckets.set(key, { left: wait === 0 ? left - 1 : left, at: time });
      if (buckets.size > MOST_KEYS) {
        const [oldest] = buckets.keys();
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return wait;
    },
  };
}
