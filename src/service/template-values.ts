import type { Parser } from '../parse/index.ts';
import type { Store } from '../store/index.ts';
import { quantile } from '../util/statistics.ts';
import { messagesOf } from './messages.ts';
import type { ParameterValues } from './service.ts';

/** Lines of a template that are looked at, the latest, and values that are named. */
const LINES = 1000;
const TOP = 20;

/** What each parameter of a template held in its latest lines, or the latest until a time; `null` for an unknown template. */
export async function parameterValues(
  store: Store,
  parser: Parser,
  template: string,
  until?: number,
): Promise<readonly ParameterValues[] | null> {
  const [known] = await store.templates.get([template]);
  if (!known) return null;
  const { items } = await store.records.page({ template: [template], to: until }, { limit: LINES });
  const columns: { kind: string; values: string[] }[] = [];
  for (const message of messagesOf(items.map(({ text }) => text))) {
    parser.parameters(message).forEach(({ kind, value }, i) => {
      columns[i] ??= { kind, values: [] };
      columns[i].values.push(value);
    });
  }
  return columns.map(({ kind, values }, i) => {
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const numbers = values.map(Number);
    const top = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, TOP);
    return {
      ...{ position: i + 1, kind, lines: values.length, distinct: counts.size },
      top: top.map(([value, count]) => ({ value, count })),
      numbers: numbers.every(Number.isFinite)
        ? { min: Math.min(...numbers), median: quantile(numbers, 0.5), max: Math.max(...numbers) }
        : null,
    };
  });
}
