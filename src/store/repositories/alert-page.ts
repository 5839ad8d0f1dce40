import { behind } from '../conditions.ts';
import { cursorOf, limitOf, type Position, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import type { AlertTable } from '../schema.ts';
import type { AlertFilter, AlertOrder, Page, PageRequest, StoredAlert } from '../types.ts';
import { alertConditions, alertText } from './alert-filter.ts';
import { toAlert } from './alert-row.ts';

/** Alerts that a page with `text` looks at. */
const SCAN = 10_000;

/** The columns of each order, all of them downwards. */
const ORDERS = { time: ['time', 'id'], priority: ['priority', 'time', 'id'] } as const;

/** A page of alerts. */
export async function pageOfAlerts(
  { kind, read }: Access,
  filter: AlertFilter,
  request: PageRequest & { readonly order?: AlertOrder },
): Promise<Page<StoredAlert>> {
  const limit = limitOf(request);
  const { order = 'time' } = request;
  const columns = ORDERS[order];
  const name = `alerts by ${order}`;
  const position = positionOf(
    name,
    request,
    columns.map((column) => (column === 'id' ? 'string' : 'number')),
  );
  const place = (row: Pick<AlertTable, 'time' | 'priority' | 'id'>): Position => columns.map((column) => row[column]);

  const conditions = alertConditions(filter, kind === 'sqlite');
  if (position)
    conditions.push(
      behind(
        columns.map((column) => `alerts.${column}`),
        position,
      ),
    );
  let bounded = read
    .selectFrom('alerts')
    .selectAll()
    .where((eb) => eb.and(conditions));
  for (const column of columns) bounded = bounded.orderBy(column, 'desc');

  const text = alertText(kind, filter);
  let found = read
    .selectFrom(bounded.limit(text.length === 0 ? limit + 1 : SCAN).as('alerts'))
    .selectAll()
    .where((eb) => eb.and(text))
    .limit(limit + 1);
  for (const column of columns) found = found.orderBy(column, 'desc');
  let whole = read
    .selectFrom(found.as('alerts'))
    .innerJoin('alert_bodies', 'alert_bodies.alert', 'alerts.number')
    .selectAll();
  for (const column of columns) whole = whole.orderBy(`alerts.${column}`, 'desc');
  const rows = await whole.execute();

  const page = pageOf(rows, limit, name, place, toAlert);
  if (page.cursor !== null || text.length === 0) return page;
  const end = await read
    .selectFrom(
      bounded
        .limit(1)
        .offset(SCAN - 1)
        .as('alerts'),
    )
    .select(['time', 'priority', 'id'])
    .executeTakeFirst();
  return { items: page.items, cursor: end ? cursorOf(name, place(end)) : null };
}
