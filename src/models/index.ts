export { deeplog } from './deeplog.ts';
export type {
  Detector,
  DetectorModel,
  EncodedModel,
  EpochReport,
  FitOptions,
  ModelDescription,
} from './detector.ts';
export { floors, unseenBigram, unseenCountVector, unseenKey, unseenTrigram } from './floors.ts';
export {
  fitQuantity,
  type Peak,
  type QuantityModel,
  type QuantityOptions,
  type QuantityScores,
  type SubjectKind,
} from './quantity.ts';
export { baselines, detectors } from './registry.ts';
