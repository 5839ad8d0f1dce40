export { type ArrivalOptions, type Arrivals, judgeArrivals } from './arrivals.ts';
export { crossFit, FOLDS, holdOuts } from './cross-fit.ts';
export { deeplog } from './deeplog.ts';
export type {
  Detector,
  DetectorModel,
  EncodedModel,
  EpochReport,
  Feedback,
  FitOptions,
  ModelDescription,
  ParameterFinding,
  StreamState,
} from './detector.ts';
export { floors, unseenBigram, unseenCountVector, unseenKey, unseenTrigram } from './floors.ts';
export type { FoldOutcome, FoldTask, FoldThreads } from './fold-threads.ts';
export { runFold } from './folds.ts';
export { type GraphAgreement, graphAgreement } from './graph-agreement.ts';
export { logmamba } from './logmamba.ts';
export { principalComponents } from './principal-components.ts';
export {
  fitQuantity,
  type Peak,
  type QuantityModel,
  type QuantityOptions,
  type QuantityScores,
  type SubjectKind,
} from './quantity.ts';
export {
  createQuantityLearner,
  createQuantityStream,
  type QuantityBaseline,
  type QuantityLearner,
  type QuantityStream,
  type RunningCount,
} from './quantity-stream.ts';
export { baselines, detectors } from './registry.ts';
export { type WeightRow, weightTable } from './weight-table.ts';
export type { Block } from './workflow.ts';
export { drawWorkflow, exportWorkflow, WORKFLOW_FORMATS, type WorkflowFormat } from './workflow-export.ts';
export { type Departure, type Follower, followWorkflow } from './workflow-follow.ts';
