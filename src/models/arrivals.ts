import type { EventColumns } from '../types.ts';

/**
 * The novelty channel: what a host hardly ever does. An arrival is the first event of a
 * template on a host after at least one period without it. Its surprise is -log10 of the
 * chance that such an arrival falls into a period, from how many there were before:
 * (m + 1) / (n + 1) after m arrivals in n periods (Laplace's rule of succession). What
 * was never seen is the rarest, and what comes back every hour soon says nothing: the
 * past that was judged already is learned too, its first arrivals having been told.
 */
export interface Arrivals {
  /** Surprise of the arrival that each row belongs to; 0 for rows without time. */
  readonly surprise: Float32Array;
  /** How many arrivals of the row's template on its host were known before. */
  readonly before: Int32Array;
}

/** How arrivals are counted. */
export interface ArrivalOptions {
  /** Length of a period, ms. */
  readonly period: number;
  /**
   * From this time on (epoch ms) a row is judged by what came before it. Rows before it are
   * judged by all other arrivals before it, so that they show what normal time holds.
   */
  readonly judgedFrom: number;
}

/**
 * Judges the arrivals of all rows of an event table in the order of time.
 *
 * @param events sorted by time
 */
export function judgeArrivals(events: EventColumns, { period, judgedFrom }: ArrivalOptions): Arrivals {
  const surprise = new Float32Array(events.count);
  const before = new Int32Array(events.count);
  const pairs = new Map<number, Pair>();
  const templates = 1 + events.template.reduce((most, template) => Math.max(most, template), 0);
  let first = Number.NaN;
  let learnedUntil = Number.NaN;
  for (let row = 0; row < events.count; row++) {
    const time = events.time[row]!;
    if (Number.isNaN(time)) continue;
    if (Number.isNaN(first)) first = time;
    if (time < judgedFrom) learnedUntil = time;
    const key = (events.host[row]! + 1) * templates + events.template[row]!;
    let pair = pairs.get(key);
    if (!pair) {
      pair = { arrivals: 0, learned: 0, at: Number.NEGATIVE_INFINITY, surprise: 0, before: 0 };
      pairs.set(key, pair);
    }
    const place = Math.floor(time / period);
    if (place - pair.at > 1) {
      pair.before = pair.arrivals;
      pair.surprise = -Math.log10((pair.arrivals + 1) / ((time - first) / period + 1));
      pair.arrivals++;
      if (time < judgedFrom) pair.learned++;
    }
    pair.at = place;
    surprise[row] = pair.surprise;
    before[row] = pair.before;
  }
  const periods = (learnedUntil - first) / period;
  for (let row = 0; row < events.count && events.time[row]! < judgedFrom; row++) {
    const pair = pairs.get((events.host[row]! + 1) * templates + events.template[row]!);
    if (!pair || Number.isNaN(events.time[row]!)) continue;
    surprise[row] = -Math.log10(Math.min(1, pair.learned / (periods + 1)));
    before[row] = pair.learned - 1;
  }
  return { surprise, before };
}

// --- internal ---

/** A template on a host. */
interface Pair {
  arrivals: number;
  /** Arrivals among what is learned. */
  learned: number;
  /** Period of its latest event. */
  at: number;
  /** Of the arrival that goes on. */
  surprise: number;
  before: number;
}
