export { type CaseFacts, caseSummary } from './case-summary.ts';
export { type ComparisonInput, comparisonPage } from './comparison-page.ts';
export { type HuntPageInput, huntPage } from './hunt-page.ts';
export {
  ecsAlert,
  eventNdjson,
  TIMESKETCH_HEADER,
  timesketchCsv,
  timesketchJsonl,
  type WindowEvent,
} from './window-exports.ts';
