export { type Agreement, agreement } from './agreement.ts';
export { type CompareOptions, type CompareReport, type CompareResult, compare } from './compare.ts';
export { type Curve, type Curves, curvesOf, type Histogram } from './curves.ts';
export { type EvaluateReport, evaluate } from './evaluate.ts';
export { type DetectorFigures, type EvaluateOptions, VALIDATION_FLAG_RATE } from './judge-detector.ts';
export { findLeaks, type Leaks } from './leaks.ts';
export { auprc, auroc, type Decision, decide, oracleF1, type PrecisionRecall } from './metrics.ts';
export { normaliseTemplate, type ParsingAccuracy, parsingAccuracy } from './parsing-accuracy.ts';
export type { ScoreRule } from './sequence-rule.ts';
