export type { Budget } from './budget.ts';
export { type BurstCalibration, calibrateBursts, ONCE_A_DAY, PERIOD } from './burst-calibration.ts';
export { type Burst, burstGap, type Calibrate, evidenceOf, type Flag, findBursts } from './bursts.ts';
export { type Corroboration, INDEPENDENT, learnCorroboration } from './corroboration.ts';
export { DELINEATION, type Delineated, type Delineation, type DelineationOptions, delineate } from './delineate.ts';
export type { BoundaryRule } from './extension.ts';
export type { EventFacts } from './facts.ts';
export { createRealtime, type Emission, type Realtime, type RealtimeOptions } from './realtime.ts';
export { toHuntWindow, type WindowContext } from './windows.ts';
