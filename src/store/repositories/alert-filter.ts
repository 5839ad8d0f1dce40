import { type Expression, type SqlBool, sql } from 'kysely';
import type { EntityKind } from '../../types.ts';
import { contains } from '../conditions.ts';
import type { DatabaseKind } from '../database.ts';
import { toMillisecond } from '../json.ts';
import type { AlertFilter } from '../types.ts';

/**
 * A filter as conditions on a row of `alerts`; `text` is apart, because it has to look at each row.
 *
 * @param inOrder for a page on SQLite: no index but that of the order is to be used. It has all that alerts are
 *   filtered by, while one of a facet, such as all open alerts, would have to be sorted.
 */
export function alertConditions(filter: AlertFilter, inOrder = false): Expression<SqlBool>[] {
  const { from, to, host, user, entity, window, suppressed } = filter;
  const conditions: Expression<SqlBool>[] = [];
  const add = (condition: Expression<SqlBool>): void => {
    conditions.push(condition);
  };
  const any = (column: string, values: readonly (string | number)[] | undefined): void => {
    if (!values) return;
    // SQLite uses no index for what has a plus before it.
    const value = inOrder ? sql`+${sql.ref(column)}` : sql.ref(column);
    add(values.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${value} in (${sql.join([...values])})`);
  };
  if (from !== undefined) add(sql<SqlBool>`alerts.time >= ${toMillisecond(from)}`);
  if (to !== undefined) add(sql<SqlBool>`alerts.time <= ${toMillisecond(to)}`);
  any('alerts.status', filter.status);
  any('alerts.severity', filter.severity);
  any('alerts.rank', filter.priority);
  any('alerts.detector', filter.detector);
  any('alerts.source', filter.source);
  any('alerts.template', filter.template);
  if (window !== undefined) add(sql<SqlBool>`alerts."window" = ${window}`);
  if (host !== undefined) add(names('host', host));
  if (user !== undefined) add(names('user', user));
  if (entity !== undefined) add(names(entity.kind, entity.value));
  if (suppressed === true) add(sql<SqlBool>`alerts.suppression is not null`);
  if (suppressed === false) add(sql<SqlBool>`alerts.suppression is null`);
  return conditions;
}

/** The condition of `text`, none without one. */
export function alertText(kind: DatabaseKind, { text }: AlertFilter): Expression<SqlBool>[] {
  return text === undefined ? [] : [contains(kind, 'alerts.text', text)];
}

// --- internal ---

function names(kind: EntityKind, value: string): Expression<SqlBool> {
  return sql<SqlBool>`alerts.number in (select alert from alert_entities where kind = ${kind} and value = ${value})`;
}
