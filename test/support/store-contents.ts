import { openStore, type Store, type StoredGap, type StoredRecord } from '../../src/store/index.ts';
import { numberOf } from './fault-lines.ts';

/** What a service stored, as far as it does not say when and where it ran. */
export interface Contents {
  readonly sources: readonly {
    readonly name: string;
    /** As its total says. */
    readonly lines: number;
    readonly gaps: readonly StoredGap[];
    readonly drops: number;
    /** Events of the sequence channel in all minutes. */
    readonly counted: number;
    /** Numbers of its lines in the order in which they were stored. */
    readonly numbers: readonly number[];
  }[];
  readonly flagged: readonly string[];
  readonly alerts: readonly string[];
  readonly windows: readonly string[];
  /** Flagged events by the counts of the minutes. */
  readonly flaggedInMinutes: number;
}

export async function contentsOf(url: string): Promise<Contents> {
  const store = await openStore(url);
  try {
    return await readContents(store);
  } finally {
    await store.close();
  }
}

/** The same of a store that is open. */
export async function readContents(store: Store): Promise<Contents> {
  const records: StoredRecord[] = [];
  for (let last = 0; ; ) {
    const page = await store.records.after(last, 1000);
    records.push(...page);
    last = page.at(-1)?.id ?? last;
    if (page.length === 0) break;
  }
  const texts = new Map(records.map(({ id, text }) => [id, text]));
  const sources = await store.sources.list();
  const range = { from: 0, to: Date.UTC(2100, 0, 1), channel: ['sequence'] };
  const gaps = await Promise.all(sources.map(({ id }) => all((cursor) => store.sources.gaps(id, { cursor }))));
  const counts = await Promise.all(sources.map(({ id }) => store.counts.range({ ...range, source: [id] })));
  const flagged = await all((cursor) => store.events.page({}, { cursor, limit: 1000 }));
  const alerts = await all((cursor) => store.alerts.page({}, { cursor, limit: 500 }));
  const windows = await all((cursor) => store.windows.page({}, { cursor, limit: 500 }));
  const sum = (series: (typeof counts)[number], of: 'events' | 'flagged'): number =>
    series.points.reduce((total, point) => total + point[of], 0);
  return {
    sources: sources.map(({ id, name, lines, drops }, i) => ({
      ...{ name, lines, gaps: gaps[i]!, drops, counted: sum(counts[i]!, 'events') },
      numbers: records.filter(({ source }) => source === id).map(({ text }) => numberOf(text)),
    })),
    flagged: flagged
      .map(({ record, channel, severity, score }) =>
        [numberOf(texts.get(record ?? -1) ?? ''), channel, severity, score.toFixed(3)].join(' '),
      )
      .sort(),
    alerts: alerts
      .map(({ detector, count, priority, entity, time, template, lines }) =>
        [
          detector,
          template?.text,
          entity?.value,
          count,
          priority.score.toFixed(3),
          time,
          lines?.first,
          lines?.last,
        ].join(' '),
      )
      .sort(),
    windows: windows
      .map(({ start, end, score, channels, state, lines }) =>
        [start, end, score.toFixed(3), channels, state, lines?.first, lines?.last].join(' '),
      )
      .sort(),
    flaggedInMinutes: counts.reduce((total, series) => total + sum(series, 'flagged'), 0),
  };
}

// --- internal ---

async function all<T>(
  page: (cursor: string | null) => Promise<{ readonly items: readonly T[]; readonly cursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const next = await page(cursor);
    items.push(...next.items);
    if (next.cursor === null) return items;
    cursor = next.cursor;
  }
}
