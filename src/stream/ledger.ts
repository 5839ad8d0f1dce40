import { CaracalError } from '../errors.ts';

/** What was handed out and is not settled, oldest first. */
export interface Ledger<T> {
  /** Writes down that `entry` is handed out and gives the ways to settle it. */
  hand(entry: T): { done(): void; failed(error: unknown): void };
  /** Fails all that is not settled. */
  failAll(error: unknown): void;
}

/**
 * Items settle in their order: `done` settles an item and all before it, `failed` fails
 * it and all after it. `settle` and `fail` are told, the oldest first.
 */
export function createLedger<T>(events: {
  settle(entries: readonly T[]): void;
  fail(entries: readonly T[], error: unknown): void;
}): Ledger<T> {
  let entries: { readonly entry: T; outcome: 'open' | 'done' | 'failed' }[] = [];

  const close = (closed: typeof entries, outcome: 'done' | 'failed'): readonly T[] => {
    for (const item of closed) item.outcome = outcome;
    return closed.map((item) => item.entry);
  };
  const failFrom = (index: number, error: unknown): void => {
    const failed = entries.slice(index);
    entries = entries.slice(0, index);
    events.fail(close(failed, 'failed'), error);
  };

  return {
    hand: (entry) => {
      const item: (typeof entries)[number] = { entry, outcome: 'open' };
      entries.push(item);
      return {
        done: () => {
          if (item.outcome === 'failed') {
            throw new CaracalError(
              'E_USAGE',
              'An item of a feed is reported as done after it, or one before it, failed: it will come again. Do not commit it.',
            );
          }
          if (item.outcome === 'done') return;
          const settled = entries.slice(0, entries.indexOf(item) + 1);
          entries = entries.slice(settled.length);
          events.settle(close(settled, 'done'));
        },
        failed: (error) => {
          if (item.outcome === 'open') failFrom(entries.indexOf(item), error);
        },
      };
    },
    failAll: (error) => {
      if (entries.length > 0) failFrom(0, error);
    },
  };
}
