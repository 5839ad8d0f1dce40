import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { get, type QueryValue } from './client.ts';
import type {
  CountSeries,
  LiveCounters,
  Page,
  ServiceStatus,
  SourceStatus,
  StoredSource,
  StoredWindow,
} from './types.ts';

/** A part of the API as a query: its name is the first part of the key, which live messages ask anew by. */
export function useGet<T>(
  name: string,
  path: string | null,
  query: Readonly<Record<string, QueryValue>> = {},
  options: { readonly keep?: boolean; readonly staleTime?: number } = {},
) {
  return useQuery({
    queryKey: [name, path, query],
    queryFn: ({ signal }) => get<T>(path ?? '', query, signal),
    enabled: path !== null,
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
  });
}

/** A list of the API, a page at a time. */
export function pagesQuery<T>(
  name: string,
  path: string | null,
  query: Readonly<Record<string, QueryValue>>,
  limit: number,
) {
  return infiniteQueryOptions({
    queryKey: [name, path, query, limit],
    queryFn: ({ pageParam, signal }) => get<Page<T>>(path ?? '', { ...query, limit, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
    enabled: path !== null,
  });
}

/** The items of all pages that are there. */
export function usePagesOf<T>(options: ReturnType<typeof pagesQuery<T>>) {
  const pages = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const { data } = pages;
  const items = useMemo(() => (data?.pages ?? []).flatMap((page) => page.items), [data]);
  return { ...pages, items };
}

/** The same from its parts. */
export function usePages<T>(
  name: string,
  path: string | null,
  query: Readonly<Record<string, QueryValue>> = {},
  limit = 100,
) {
  return usePagesOf(pagesQuery<T>(name, path, query, limit));
}

/** Where the service stands. */
export function useStatus() {
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => get<ServiceStatus>('/status', {}, signal),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}

/** Totals that live messages keep up to date. */
export function useCounters(): LiveCounters | undefined {
  const { data: status } = useStatus();
  const { data } = useQuery<LiveCounters | null>({ queryKey: ['counters'], queryFn: () => null, enabled: false });
  return data ?? status?.totals;
}

/** The sources as the store and the service know them. */
export type SourceRow = StoredSource & Partial<Omit<SourceStatus, keyof StoredSource>>;

/** Sources by id, to show their names. */
export function useSources() {
  return useQuery({
    queryKey: ['sources'],
    queryFn: async ({ signal }) => (await get<{ items: readonly SourceRow[] }>('/sources', {}, signal)).items,
    staleTime: 15_000,
  });
}

/** The whole period that there are events of; `null` where there are none. */
export const periodQuery = queryOptions({
  queryKey: ['counts', 'period'],
  queryFn: async ({ signal }): Promise<{ readonly from: number; readonly to: number } | null> => {
    const at = async (from: number, to: number, points: number) => {
      const counts = await get<CountSeries>('/counts', { from, to, points }, signal);
      const [first, last] = [counts.points[0], counts.points.at(-1)];
      return first && last ? { from: first.time, to: last.time + counts.step } : null;
    };
    const now = Date.now();
    // All of time in points of weeks, and what is recent in finer ones: mostly that is all there is.
    const [all, recent] = await Promise.all([at(0, now + YEAR, 1000), at(now - RECENT, now + DAY, 2500)]);
    if (all === null) return null;
    return recent !== null && all.from > now - RECENT && all.to < now + 60 * DAY ? recent : at(all.from, all.to, 1000);
  },
  staleTime: 60_000,
});

/** The whole period. */
export function usePeriod() {
  return useQuery(periodQuery);
}

/** From and to, each open where it is not given. */
interface OpenRange {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Windows of a range, the strongest first. */
export function windowsQuery(range: OpenRange) {
  return infiniteQueryOptions({
    queryKey: ['windows', 'all', range],
    queryFn: ({ pageParam, signal }) =>
      get<Page<StoredWindow>>(
        '/windows',
        { ...range, limit: pageParam === null ? 100 : 1000, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
  });
}

/** Every window of a range, the strongest first: those soon, the rest behind them. */
export function useWindows(range: OpenRange) {
  const pages = useInfiniteQuery({ ...windowsQuery(range), placeholderData: keepPreviousData });
  const { hasNextPage, isFetching, isPlaceholderData, fetchNextPage, data, error, refetch } = pages;
  useEffect(() => {
    if (!hasNextPage || isFetching || isPlaceholderData) return;
    // After the first picture: nobody sees the hundred-and-first in it.
    const timer = setTimeout(() => void fetchNextPage(), REST);
    return () => clearTimeout(timer);
  }, [hasNextPage, isFetching, isPlaceholderData, fetchNextPage]);
  const windows = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  return { data: windows, error, refetch, complete: data !== undefined && !hasNextPage };
}

// --- internal ---

const REST = 200;
const DAY = 86_400_000;
const YEAR = 366 * DAY;
/** A little more than counts are kept for unless somebody says otherwise. */
const RECENT = 410 * DAY;
