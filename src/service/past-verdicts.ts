import { createVerdictHistory, type VerdictHistory } from '../alert/index.ts';
import type { Store } from '../store/index.ts';

/** Pages of alerts that are remembered, and alerts of a page. */
const PAGES = 20;
const PAGE = 500;

/** What was said of past alerts, the latest 10,000 of them. */
export async function pastVerdicts(store: Store): Promise<VerdictHistory> {
  const history = createVerdictHistory();
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const { items, cursor: next }: Awaited<ReturnType<Store['alerts']['page']>> = await store.alerts.page(
      { status: ['true-positive', 'false-positive', 'benign-expected'] },
      { cursor, limit: PAGE },
    );
    for (const alert of items) history.record(alert, alert.status);
    if (next === null) break;
    cursor = next;
  }
  return history;
}
