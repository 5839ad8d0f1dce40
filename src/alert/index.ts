/** From flagged events to alerts: grouping, priority, budget, suppression. */
export { type AlertContext, type FlaggedChannel, type FlaggedEvent, makeAlerts } from './alerts.ts';
export { type AlertBudget, type BudgetSnapshot, createBudget, OVER_BUDGET } from './budget.ts';
export { type AssetCriticality, criticalityOf } from './criticality.ts';
export { mainEntity } from './entities.ts';
export { type AlertGrouper, type AlertGrouperOptions, createAlertGrouper, type GrouperSnapshot } from './grouper.ts';
export type {
  AlertKnowledge,
  AlertLikeness,
  LiveAlert,
  LiveEvent,
  LiveSourceRef,
  PlacedWindow,
} from './live-alert.ts';
export { type PriorityFacts, prioritise, reprioritise, type VerdictCounts } from './priority.ts';
export { type AlertMatch, type AlertRule, type MatchedAlert, matches, rulesOf, suppressionFor } from './suppression.ts';
export { type AlertStatus, createVerdictHistory, type JudgedAlert, type VerdictHistory } from './verdict-history.ts';
export { type ClosedWindow, WINDOW_DETECTOR, windowAlert } from './window-alert.ts';
