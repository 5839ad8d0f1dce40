/**
 * Caracal as a library: from log files to hunt windows, and each stage by itself.
 * The folders' own indexes have more: `caracal/tensor`, `caracal/parse`, `caracal/store`.
 */
export { CaracalError, type ErrorCode, type ErrorData } from './errors.ts';
export { type EvaluateOptions, type EvaluateReport, evaluate } from './evaluate/index.ts';
export {
  openCheckpoint,
  openModelStore,
  openRun,
  readModel,
  type StoredModel,
  verifyModel,
  version,
  writeModel,
} from './files/index.ts';
export {
  comparePreviews,
  createPreview,
  createRealtime,
  type DelineationOptions,
  delineate,
  measureCoverage,
  measureRetention,
} from './hunt/index.ts';
export {
  type Detector,
  type DetectorModel,
  deeplog,
  detectors,
  type FitOptions,
  fitQuantity,
} from './models/index.ts';
export { createDrain, decodeParser, type Parser } from './parse/index.ts';
export {
  diagnose,
  findRawLines,
  type HuntOptions,
  type HuntResult,
  hunt,
  huntNotes,
  huntWindows,
  type Ingested,
  type IngestOptions,
  ingest,
  judge,
  learn,
  learnedTemplates,
  mapTemplates,
  type ScanOptions,
  type ScanResult,
  scan,
} from './pipeline/index.ts';
export { openLogs, type ReadOptions, readRanges } from './read/index.ts';
export { parseSequenceCsv, parseSessionRule, sequencesOf } from './sequence/index.ts';
export { type Simulation, type SimulationOptions, simulate } from './simulate/index.ts';
export type * from './types.ts';
