import type { Priority } from '../types.ts';

/** How many alerts a day people are told of. */
export interface AlertBudget {
  /**
   * Whether people are told of an alert, `now` being epoch ms. What they were told once
   * stays told; what was not may be when its rank rises. Nothing is dropped: who asks keeps
   * the alert either way, and marks it.
   */
  admit(alert: { readonly id: string; readonly priority: Pick<Priority, 'rank'> }, now: number): boolean;
  /** Another budget from now on. */
  change(perDay: number): void;
  /** What the day has had so far: alerts that were told, and different ones that were not. */
  readonly today: { readonly told: number; readonly beyond: number };
  snapshot(): BudgetSnapshot;
}

/** All that a budget knows, as JSON. */
export interface BudgetSnapshot {
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly told: readonly string[];
  readonly toldBefore: readonly string[];
  readonly beyond: number;
  /** The latest of those beyond it, at most as many as may be told. */
  readonly waiting: readonly string[];
}

/** Marks what is beyond the budget where an alert names the suppression that silences it. */
export const OVER_BUDGET = 'budget';

/**
 * A budget of `perDay` alerts a day (UTC). Nobody knows in the morning what the day will
 * bring, so ranks share it in advance: INFO takes a quarter of it at most, LOW half,
 * MEDIUM all, CRITICAL and HIGH `hardFactor` times as much: they are always told, up to a
 * flood in which nothing would be read any more.
 */
export function createBudget(options: {
  readonly perDay: number;
  /** 2 unless told. */
  readonly hardFactor?: number | undefined;
  readonly from?: BudgetSnapshot | undefined;
}): AlertBudget {
  const { hardFactor = 2, from } = options;
  let { perDay } = options;
  let day = from?.day ?? Number.NEGATIVE_INFINITY;
  let told = new Set(from?.told);
  let toldBefore = new Set(from?.toldBefore);
  let beyond = from?.beyond ?? 0;
  let waiting = new Set(from?.waiting);
  const shares = { CRITICAL: hardFactor, HIGH: hardFactor, MEDIUM: 1, LOW: 1 / 2, INFO: 1 / 4 } as const;
  const turnTo = (today: number): void => {
    // A clock that was set back goes on with the day that it was.
    if (today <= day) return;
    toldBefore = today === day + 1 ? told : new Set();
    told = new Set();
    waiting = new Set();
    beyond = 0;
    day = today;
  };
  return {
    admit({ id, priority }, now) {
      turnTo(Math.floor(now / DAY));
      if (told.has(id) || toldBefore.has(id)) return true;
      if (told.size < Math.ceil(perDay * shares[priority.rank])) {
        told.add(id);
        if (waiting.delete(id)) beyond--;
        return true;
      }
      if (!waiting.has(id)) {
        beyond++;
        waiting.add(id);
        const [oldest] = waiting;
        if (waiting.size > perDay * hardFactor && oldest !== undefined) waiting.delete(oldest);
      }
      return false;
    },
    change(next) {
      perDay = next;
    },
    get today() {
      return { told: told.size, beyond };
    },
    snapshot: () => ({ day, told: [...told], toldBefore: [...toldBefore], beyond, waiting: [...waiting] }),
  };
}

// --- internal ---

const DAY = 86_400_000;
