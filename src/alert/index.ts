export { type AlertContext, type FlaggedChannel, type FlaggedEvent, makeAlerts } from './alerts.ts';
export { type PriorityFacts, prioritise } from './priority.ts';
