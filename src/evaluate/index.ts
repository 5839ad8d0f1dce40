export {
  type EvaluateOptions,
  type EvaluateReport,
  evaluate,
  type ScoreRule,
  VALIDATION_FLAG_RATE,
} from './evaluate.ts';
export { findLeaks, type Leaks } from './leaks.ts';
export { auprc, auroc, type Decision, decide, oracleF1, type PrecisionRecall } from './metrics.ts';
export { normaliseTemplate, type ParsingAccuracy, parsingAccuracy } from './parsing-accuracy.ts';
