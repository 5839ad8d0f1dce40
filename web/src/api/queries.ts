import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
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
export function usePages<T>(
  name: string,
  path: string | null,
  query: Readonly<Record<string, QueryValue>> = {},
  limit = 100,
) {
  const pages = useInfiniteQuery({
    queryKey: [name, path, query, limit],
    queryFn: ({ pageParam, signal }) => get<Page<T>>(path ?? '', { ...query, limit, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
    enabled: path !== null,
    placeholderData: keepPreviousData,
  });
  return { ...pages, items: (pages.data?.pages ?? []).flatMap((page) => page.items) };
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
export function usePeriod() {
  return useQuery({
    queryKey: ['counts', 'period'],
    queryFn: async ({ signal }): Promise<{ readonly from: number; readonly to: number } | null> => {
      const at = async (from: number, to: number) => {
        const { points, step } = await get<CountSeries>('/counts', { from, to, points: 1000 }, signal);
        const [first, last] = [points[0], points.at(-1)];
        return first && last ? { from: first.time, to: last.time + step } : null;
      };
      // All of time in points of weeks first, then what is there in fine ones.
      const coarse = await at(0, Date.now() + YEAR);
      return coarse && (await at(coarse.from, coarse.to));
    },
    staleTime: 60_000,
  });
}

/** Every window of a range, the strongest first. */
export function useWindows(range: { readonly from: number; readonly to: number } | null) {
  return useQuery({
    queryKey: ['windows', range],
    queryFn: async ({ signal }) => {
      const items: StoredWindow[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<StoredWindow> = await get('/windows', { ...range, limit: 1000, cursor }, signal);
        items.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== null);
      return items;
    },
    enabled: range !== null,
    placeholderData: keepPreviousData,
  });
}

// --- internal ---

const YEAR = 366 * 86_400_000;
