import type { Entity } from '../types.ts';
import { entityName } from './entities.ts';
import type { AlertLikeness } from './live-alert.ts';
import type { VerdictCounts } from './priority.ts';

/** What holds of an alert: no verdict, or the one that was given. */
export type AlertStatus = 'open' | 'true-positive' | 'false-positive' | 'benign-expected' | 'not-evaluable';

/** What analysts said of alerts that are alike. */
export interface VerdictHistory {
  /** An alert's status is now `status`; before it was `before`, open unless told. */
  record(alert: JudgedAlert, status: AlertStatus, before?: AlertStatus): void;
  of(alike: AlertLikeness): VerdictCounts;
}

/** An alert, as far as it is compared. */
export interface JudgedAlert {
  readonly detector: string;
  readonly template: { readonly id: string } | null;
  readonly entity: Entity | null;
}

/**
 * Counts verdicts by detector and template, and those on the same entity once more: what
 * was said of this host's alerts weighs twice what was said of others like it.
 */
export function createVerdictHistory(): VerdictHistory {
  const counts = new Map<string, { confirmed: number; dismissed: number }>();
  const add = (keys: readonly string[], status: AlertStatus, change: number): void => {
    const kind = KINDS[status];
    if (kind === null) return;
    for (const key of keys) {
      const count = counts.get(key) ?? { confirmed: 0, dismissed: 0 };
      count[kind] = Math.max(0, count[kind] + change);
      if (count.confirmed + count.dismissed > 0) counts.set(key, count);
      else counts.delete(key);
    }
  };
  return {
    record({ detector, template, entity }, status, before = 'open') {
      const keys = keysOf({ detector, template: template?.id ?? null, entity });
      add(keys, before, -1);
      add(keys, status, 1);
    },
    of(alike) {
      const total = { confirmed: 0, dismissed: 0 };
      for (const key of keysOf(alike)) {
        const count = counts.get(key);
        total.confirmed += count?.confirmed ?? 0;
        total.dismissed += count?.dismissed ?? 0;
      }
      return total;
    },
  };
}

// --- internal ---

const KINDS: Readonly<Record<AlertStatus, 'confirmed' | 'dismissed' | null>> = {
  open: null,
  'true-positive': 'confirmed',
  'false-positive': 'dismissed',
  'benign-expected': 'dismissed',
  'not-evaluable': null,
};

function keysOf({ detector, template, entity }: AlertLikeness): string[] {
  const alike = [detector, template ?? ''].join('\0');
  return entity ? [alike, [alike, entityName(entity)].join('\0')] : [alike];
}
