import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { get } from '../../api/client.ts';
import { useGet, usePagesOf } from '../../api/queries.ts';
import type { AlertCounts, Page, StoredAlert, ValueCount } from '../../api/types.ts';
import { type AlertQuery, alertPages } from './alert-filter.ts';
import { type AlertRow, alertRow, headedRows } from './alert-rows.ts';

/** The rows of the table: pages of alerts with headings, or groups that unfold. */
export function useAlertRows(query: AlertQuery) {
  const { grouping, filter, order } = query;
  const { folds, pages: options } = alertPages(query);
  const pages = usePagesOf(options);

  const groups = useGet<{ items: readonly ValueCount[] }>(
    'alerts',
    folds ? '/alerts/top' : null,
    { ...filter, by: grouping, limit: 200 },
    { keep: true },
  );
  const list = folds ? groups : pages;
  const counts = useGet<AlertCounts>('alerts', list.data === undefined ? null : '/alerts/counts', filter, {
    keep: true,
  });
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const open = folds ? (groups.data?.items ?? []).filter(({ value }) => unfolded.has(`group ${value}`)) : [];
  const inside = useQueries({
    queries: open.map(({ value }) => ({
      queryKey: ['alerts', 'of group', filter, grouping, value],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get<Page<StoredAlert>>('/alerts', { ...filter, [grouping]: value, order, limit: 100 }, signal),
    })),
    combine: (results) => results.map((result) => result.data),
  });
  const rows = useMemo((): readonly AlertRow[] => {
    if (!folds) return headedRows(pages.items, grouping);
    return (groups.data?.items ?? []).flatMap(({ value, count }): readonly AlertRow[] => {
      const id = `group ${value}`;
      const heading: AlertRow = { kind: 'group', id, name: value, count, unfolded: unfolded.has(id) };
      const page = inside[open.findIndex((one) => one.value === value)];
      if (!page) return [heading];
      const more: readonly AlertRow[] =
        page.cursor === null ? [] : [{ kind: 'more', id: `more ${value}`, name: value }];
      return [heading, ...page.items.map(alertRow), ...more];
    });
  }, [folds, pages.items, grouping, groups.data, unfolded, inside, open]);
  return {
    rows,
    total: counts.data?.total ?? null,
    query: list,
    more: folds || !pages.hasNextPage || pages.isFetchingNextPage ? undefined : () => void pages.fetchNextPage(),
    fold: (id: string): void => {
      const next = new Set(unfolded);
      if (!next.delete(id)) next.add(id);
      setUnfolded(next);
    },
  };
}
