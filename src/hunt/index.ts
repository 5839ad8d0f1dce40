export type { Budget } from './budget.ts';
export { calibrateBursts, PERIOD } from './burst-calibration.ts';
export { asTheyAre, type Burst, burstGap, type Calibrate, type Flag, findBursts, largestAlone } from './bursts.ts';
export { type ClockOffset, estimateClockOffset } from './clock-offset.ts';
export type { Corroboration } from './corroboration.ts';
export {
  type Delineated,
  type Delineation,
  type DelineationOptions,
  delineate,
  HUNT_DELINEATION,
  REALTIME_SOLO,
} from './delineate.ts';
export type { BoundaryRule } from './extension.ts';
export type { EventFacts } from './facts.ts';
export { learnCorroboration } from './learn-corroboration.ts';
export {
  type Coverage,
  type JudgedEvents,
  measureCoverage,
  measureRetention,
  type Phase,
  type Retention,
} from './measures.ts';
export {
  comparePreviews,
  createPreview,
  LINES_PER_MINUTE,
  type Preview,
  type PreviewChange,
  type PreviewOptions,
} from './preview.ts';
export {
  createRealtime,
  type Emission,
  type FlagStream,
  type Realtime,
  type RealtimeOptions,
  type RealtimeSnapshot,
} from './realtime.ts';
export { findSilences, type Silence } from './silence.ts';
export { countInside, type Span, united } from './spans.ts';
export { ALPHAS, BETAS, coverageOf, keptOf, type Sweep, type SweepPoint, sweep, windowsAtBeta } from './sweep.ts';
export { toHuntWindow, type WindowContext, windowWords } from './windows.ts';
