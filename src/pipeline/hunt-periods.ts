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

/** Blocks of the learned part, dealt out to so many folds in turn: each is held out once, at all times of day. */
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
  const isHeldOut = (row: number): boolean => times[row]! < time;
  const isJudged = (row: number): boolean => times[row]! >= time;
  const foldOf = (at: number): number => (at < time ? Math.floor((at - first) / block) % HELD_OUT : HELD_OUT);
  return {
    folds: {
      judged: Array.from({ length: HELD_OUT + 1 }, (_, fold) => fold),
      of: Uint8Array.from(times, (at) => (Number.isNaN(at) ? 0 : foldOf(at))),
      near: new Uint8Array(times.length).fill(255),
      unlearned: HELD_OUT,
    },
    isHeldOut,
    heldOutSpan: time - first,
    isJudged,
    judged: [times.find((at) => at >= time) ?? time, last],
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
