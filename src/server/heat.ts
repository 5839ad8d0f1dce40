import { CaracalError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import type { Heat } from './schemas/heat.ts';

/** What part of the heat map is asked for. */
export interface HeatRange {
  readonly from: number;
  readonly to: number;
  readonly columns?: number | undefined;
  readonly by: 'host' | 'user';
}

const ROWS = 50;

/**
 * Who is named by the most alerts of a time, and when: a row for each, a column for each step.
 *
 * @throws CaracalError `E_USAGE` for a range that ends before it begins
 */
export async function heatOf(alerts: Store['alerts'], { from, to, columns = 60, by }: HeatRange): Promise<Heat> {
  if (to < from) throw new CaracalError('E_USAGE', 'A range ends where it begins or later. Turn it round.');
  // Steps are counted from 1970, so that a column more may begin before the range.
  const step = Math.max(1000, Math.ceil((to - from + 1) / Math.max(1, columns - 1)));
  const first = Math.floor(from / step) * step;
  const count = Math.floor((to - first) / step) + 1;
  const rows = new Map<string, { scores: number[]; total: number }>();
  for (const { value, time, score, count: named } of await alerts.heat(by, { from, to }, step, ROWS)) {
    const row = rows.get(value) ?? { scores: new Array<number>(count).fill(0), total: 0 };
    row.scores[(time - first) / step] = score;
    row.total += named;
    rows.set(value, row);
  }
  const sorted = [...rows].map(([value, row]) => ({ entity: { kind: by, value }, ...row }));
  sorted.sort((a, b) => b.total - a.total || (a.entity.value < b.entity.value ? -1 : 1));
  return { step, from: first, columns: count, rows: sorted };
}
