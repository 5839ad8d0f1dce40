import type { SequenceScores } from '../types.ts';
import { type Calibration, calibrate } from './calibration.ts';
import { thresholdForFlagRate } from './threshold.ts';

/** How a model decides. */
export interface Judgement {
  /** A sequence that scores above it is flagged. */
  readonly threshold: number;
  /** An event that scores above it is flagged. */
  readonly eventThreshold: number;
  /** Rank that few held-out events exceed. */
  readonly topK: number;
  /** Severities of events. */
  readonly calibration: Calibration;
}

/**
 * The judgement that held-out normal sequences allow.
 *
 * @param rate share of them, and of their events, that may be flagged
 */
export function judgementFrom(held: SequenceScores, rate: number): Judgement {
  return {
    threshold: thresholdForFlagRate(held.sequence, rate),
    eventThreshold: thresholdForFlagRate(held.nll, rate),
    topK: Math.floor(thresholdForFlagRate(held.rank, rate)),
    calibration: calibrate(held.nll),
  };
}
