import { useMemo } from 'react';
import type { QueryValue } from '../../api/client.ts';
import { pagesQuery } from '../../api/queries.ts';
import type { StoredAlert } from '../../api/types.ts';
import { patchSearch, usePlace } from '../../app/place.ts';
import { rangeFilterOf } from '../../app/range.ts';

/** Facets that may have several values. */
export const FACETS = ['status', 'severity', 'priority', 'detector', 'source', 'template'] as const;
export type Facet = (typeof FACETS)[number];

/** How the table is put together. */
export const GROUPINGS = ['rank', 'day', 'host', 'user', 'template', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What is looked for, as the address bar has it: a link is a saved filter. */
export interface AlertQuery {
  /** What the API is asked, without order and page. */
  readonly filter: Readonly<Record<string, QueryValue>>;
  /** The same without the facets, which counts of facets are taken over. */
  readonly base: Readonly<Record<string, QueryValue>>;
  readonly chosen: Readonly<Record<Facet, readonly string[]>>;
  readonly grouping: Grouping;
  readonly order: 'priority' | 'time';
  readonly text: string;
  /** Parts that are neither facet nor time, to show and take away. */
  readonly extras: readonly { readonly name: string; readonly value: string }[];
}

/** The query in the address bar. */
export function useAlertQuery(): AlertQuery {
  const { search } = usePlace();
  return useMemo(() => alertQueryOf(search), [search]);
}

/** What an address asks for. Open alerts unless it says otherwise; `status=any` for all. */
export function alertQueryOf(search: URLSearchParams): AlertQuery {
  const { from, to } = rangeFilterOf(search);
  const chosen = Object.fromEntries(FACETS.map((facet) => [facet, search.getAll(facet)])) as Record<Facet, string[]>;
  if (chosen.status.length === 0) chosen.status = ['open'];
  if (chosen.status.includes('any')) chosen.status = [];
  const extras = EXTRAS.flatMap((name) => {
    const value = search.get(name);
    return value === null || value === '' ? [] : [{ name, value }];
  });
  const text = search.get('text') ?? '';
  const base = { from, to, text, ...Object.fromEntries(extras.map(({ name, value }) => [name, value])) };
  const asked = search.get('group');
  const grouping = GROUPINGS.find((one) => one === asked) ?? 'rank';
  const order = grouping === 'day' || search.get('order') === 'time' ? 'time' : 'priority';
  return { filter: { ...base, ...chosen }, base, chosen, grouping, order, text, extras };
}

/** The table's alerts, a page at a time; where groups unfold there are none. */
export function alertPages({ filter, order, grouping }: AlertQuery) {
  const folds = grouping === 'host' || grouping === 'user' || grouping === 'template';
  return { folds, pages: pagesQuery<StoredAlert>('alerts', folds ? null : '/alerts', { ...filter, order }, PAGE) };
}

/** Adds or takes away one value of a facet. */
export function toggleFacet({ chosen }: AlertQuery, facet: Facet, value: string): void {
  const values = chosen[facet].includes(value)
    ? chosen[facet].filter((one) => one !== value)
    : [...chosen[facet], value];
  patchSearch({ [facet]: facet === 'status' && values.length === 0 ? ['any'] : values });
}

// --- internal ---

const EXTRAS = ['host', 'user', 'entityKind', 'entityValue', 'window', 'suppressed'] as const;
const PAGE = 100;
