import type { Calibration } from '../score/index.ts';

/**
 * What one channel says of every event of a table. Rows that were judged twice keep the
 * larger surprise.
 */
export interface Channel {
  readonly name: string;
  /** Own score of each row; 0 where the row was not judged. */
  readonly score: Float32Array;
  /** -log10 of the tail probability among held-out events of each row. */
  readonly surprise: Float32Array;
  /** 1 where the row lies beyond what the held-out slice allows. */
  readonly flagged: Uint8Array;
  readonly calibration: Calibration;
  /** Hash of the models that judged. */
  readonly modelHash: string;
  /** What is said of a flagged row, the most surprising first. */
  facts(row: number): readonly Fact[];
}

/** One reason why a row is flagged. */
export interface Fact {
  /** The same number for the same reason, so that repetitions count once. */
  readonly fact: number;
  /** -log10 of a tail probability. */
  readonly surprise: number;
  /** In words for an analyst. */
  readonly text: string;
}

/** Share of held-out events of normal time that a channel may flag. */
export const EVENT_FLAG_RATE = 0.005;

/** Surprise of what a channel flags, at least. */
export const FLAG_SURPRISE = -Math.log10(EVENT_FLAG_RATE);

/** Fewer events than this say nothing about what is normal. */
export const FEWEST_EVENTS = 50;
