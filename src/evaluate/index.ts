export { type Agreement, agreement } from './agreement.ts';
export { type ChronologicalSplit, splitByTime } from './chronological-split.ts';
export { type CompareOptions, type CompareReport, type CompareResult, compare, type FigureName } from './compare.ts';
export { type Curve, type Curves, curvesOf, type Histogram } from './curves.ts';
export { type EvaluateReport, evaluate } from './evaluate.ts';
export type { EventFigures, TestEvents } from './event-level.ts';
export { joinSessions } from './join-sessions.ts';
export { type DetectorFigures, type EvaluateOptions, VALIDATION_FLAG_RATE } from './judge-detector.ts';
export { type Label, type LabelledLine, type LabelledSpan, type Labels, labelIn, parseLabels } from './labels.ts';
export { findLeaks, type Leaks } from './leaks.ts';
export { auprc, auroc, type Decision, decide, oracleF1, type PrecisionRecall } from './metrics.ts';
export { normaliseTemplate, type ParsingAccuracy, parsingAccuracy } from './parsing-accuracy.ts';
export type { ScoreRule } from './sequence-rule.ts';
export {
  type LabelledInput,
  labelSequences,
  type Truth,
  type TruthFit,
  truthOf,
  truthOfEvents,
  UNLABELLED,
} from './truth.ts';
