export { type Burst, burstGap, type EventFacts, evidenceOf, type Flag, findBursts } from './bursts.ts';
export {
  type BoundaryRule,
  DELINEATION,
  type Delineated,
  type Delineation,
  type DelineationOptions,
  delineate,
} from './delineate.ts';
export { toHuntWindow, type WindowContext } from './windows.ts';
