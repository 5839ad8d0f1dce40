import { CaracalError } from '../errors.ts';
import { FEWEST_EVENTS } from './channel.ts';
import { type Folds, timeFolds } from './folds.ts';

/** Which part of a log is learned from, which shows what normal time holds, and which is hunted in. Times are epoch ms. */
export interface HuntPeriods {
  /** How models are dealt out; a row of a judged fold is judged by a model that has not seen it. */
  readonly folds: Folds;
  /** Whether a row shows what normal time holds: channels are calibrated on those. */
  isHeldOut(row: number): boolean;
  /** Length of the held-out time, ms. */
  readonly heldOutSpan: number;
  isJudged(row: number): boolean;
  /** First and last event that is hunted in. */
  readonly judged: readonly [start: number, end: number];
  /** Where learning ends and hunting begins; infinity where the whole log is both. */
  readonly judgedFrom: number;
}

/** One block of the learned part in three is held out, so that all times of day are. */
const BLOCKS = 36;
const HELD_OUT = 3;

/**
 * Learns from what is before `time` and hunts in the rest.
 *
 * @param times ascending, NaN for none
 * @throws CaracalError `E_TOO_LITTLE_DATA` where one of the two holds too little
 */
export function periodsUntil(times: Float64Array, time: number): HuntPeriods {
  const [first, last] = spanOf(times);
  const learned = times.filter((at) => at < time).length;
  const judged = times.filter((at) => at >= time).length;
  if (learned < FEWEST_EVENTS || judged === 0) {
    const why =
      learned < FEWEST_EVENTS
        ? `${learned} events lie before it, at least ${FEWEST_EVENTS} are needed to learn`
        : 'no event lies after it';
    const iso = (at: number): string => (Number.isFinite(at) ? new Date(at).toISOString() : 'no time');
    throw new CaracalError(
      'E_TOO_LITTLE_DATA',
      `--train-until ${iso(time)}: ${why}. Choose a time inside the input, which goes from ${iso(first)} to ${iso(last)}.`,
    );
  }
  const block = Math.max(1, (time - first) / BLOCKS);
  const isHeldOut = (row: number): boolean =>
    times[row]! < time && Math.floor((times[row]! - first) / block) % HELD_OUT === HELD_OUT - 1;
  const isJudged = (row: number): boolean => times[row]! >= time;
  const begin = times.find((at) => at >= time) ?? time;
  return {
    folds: {
      judged: [1],
      of: Uint8Array.from(times, (_, row) => (isHeldOut(row) || isJudged(row) ? 1 : 0)),
      near: new Uint8Array(times.length).fill(255),
    },
    isHeldOut,
    heldOutSpan: (time - first) / HELD_OUT,
    isJudged,
    judged: [begin, last],
    judgedFrom: time,
  };
}

/** Hunts in the whole log: every part is judged by models of the others, and shows what is normal. */
export function crossFitPeriods(times: Float64Array, folds: number): HuntPeriods {
  const [first, last] = spanOf(times);
  const hasTime = (row: number): boolean => !Number.isNaN(times[row]!);
  return {
    folds: timeFolds(times, folds),
    isHeldOut: hasTime,
    heldOutSpan: Math.max(1, last - first),
    isJudged: hasTime,
    judged: [first, last],
    judgedFrom: Number.POSITIVE_INFINITY,
  };
}

/** First and last of some times; infinities where there are none. */
export function spanOf(times: Float64Array): [first: number, last: number] {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return [first, last];
}
