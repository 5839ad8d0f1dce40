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
  /** What a flag says, by number: equal facts count once. */
  readonly fact: Int32Array;
  readonly calibration: Calibration;
  /** Hash of the models that judged. */
  readonly modelHash: string;
  /** What a row's flag says, in words. */
  describe(row: number): string;
}

/** Share of held-out events of normal time that a channel may flag. */
export const EVENT_FLAG_RATE = 0.005;
