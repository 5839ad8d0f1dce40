import type { EventFacts } from './facts.ts';

/** An analyst's hours: the largest share of the time and of the events that all windows may hold together, 0 to 1. */
export interface Budget {
  readonly time: number;
  readonly events: number;
}

/** What fits in an analyst's hours. */
export interface BudgetRules {
  readonly maxWindows: number;
  readonly maxIncidents: number;
  readonly budget: Budget;
}

/** The strongest windows stay whatever they cost: a budget must not hide an attack because it is loud. */
const ALWAYS_KEPT = 3;

/**
 * Takes windows in rank order as long as they fit in what an analyst has time for: of the
 * strongest incidents only, so many windows, so much time, so many events.
 *
 * @param windows in rank order, their incidents numbered from the strongest on
 * @param span length of the judged period in ms
 */
export function withinBudget<W extends { readonly start: number; readonly end: number; readonly incident: number }>(
  windows: readonly W[],
  facts: EventFacts,
  span: number,
  { maxWindows, maxIncidents, budget }: BudgetRules,
): { readonly kept: W[]; readonly beyond: W[] } {
  const kept: W[] = [];
  const beyond: W[] = [];
  let time = 0;
  let events = 0;
  for (const window of windows) {
    const ownTime = (window.end - window.start) / span;
    const ownEvents = facts.share(window.start, window.end);
    const fits =
      kept.length < maxWindows &&
      window.incident <= maxIncidents &&
      (kept.length < ALWAYS_KEPT || (time + ownTime <= budget.time && events + ownEvents <= budget.events));
    if (fits) {
      time += ownTime;
      events += ownEvents;
    }
    (fits ? kept : beyond).push(window);
  }
  return { kept, beyond };
}
