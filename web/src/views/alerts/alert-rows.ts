import type { StoredAlert } from '../../api/types.ts';
import { date } from '../../app/format.ts';
import type { Grouping } from './alert-filter.ts';

/** A row of the table. */
export type AlertRow =
  | { readonly kind: 'alert'; readonly id: string; readonly alert: StoredAlert }
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly name: string;
      readonly count: number | null;
      /** `null` for a heading that cannot be folded. */
      readonly unfolded: boolean | null;
    }
  | { readonly kind: 'more'; readonly id: string; readonly name: string };

/** Alerts with a heading before each new rank or day; they come in that order. */
export function headedRows(alerts: readonly StoredAlert[], grouping: Grouping): readonly AlertRow[] {
  if (grouping === 'none') return alerts.map(alertRow);
  const rows: AlertRow[] = [];
  let last: string | null = null;
  for (const alert of alerts) {
    const name = grouping === 'day' ? date(alert.time) : alert.priority.rank;
    if (name !== last) rows.push({ kind: 'group', id: `group ${name}`, name, count: null, unfolded: null });
    last = name;
    rows.push(alertRow(alert));
  }
  return rows;
}

export function alertRow(alert: StoredAlert): AlertRow {
  return { kind: 'alert', id: alert.id, alert };
}
