import { usePeriod } from '../api/queries.ts';
import { patchSearch, usePlace } from './place.ts';

/** A range of time, epoch ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The range in the address bar, as a filter: what it does not say is open. */
export function useRangeFilter() {
  return rangeFilterOf(usePlace().search);
}

/** The range that a query names. */
export function rangeFilterOf(search: URLSearchParams): {
  readonly from: number | undefined;
  readonly to: number | undefined;
} {
  return { from: parsed(search.get('from')), to: parsed(search.get('to')) };
}

/** The range that is looked at: that of the address bar, else the whole period. `null` while there is nothing. */
export function useRange(): { readonly range: Range | null; readonly whole: Range | null; readonly zoomed: boolean } {
  const { from, to } = useRangeFilter();
  const { data } = usePeriod();
  const whole = data ?? null;
  const start = from ?? whole?.from;
  const end = to ?? whole?.to;
  return {
    range: start === undefined || end === undefined ? null : stable(start, end),
    whole,
    zoomed: from !== undefined || to !== undefined,
  };
}

/** Looks at this range, or at the whole period. */
export function zoomTo(range: Range | null): void {
  if (range === null) patchSearch({ from: null, to: null }, { push: true });
  else patchSearch({ from: iso(range.from), to: iso(range.to) }, { push: true });
}

/** A time as links carry it. */
export function iso(time: number): string {
  return new Date(Math.round(time)).toISOString();
}

// --- internal ---

let last: Range = { from: 0, to: 0 };

/** The same object for the same range, so that what depends on it rests. */
function stable(from: number, to: number): Range {
  if (last.from !== from || last.to !== to) last = { from, to };
  return last;
}

function parsed(text: string | null): number | undefined {
  if (text === null) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
