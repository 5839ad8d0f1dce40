import { readRanges } from '../read/index.ts';
import type { Alert, EventColumns, HuntWindow, LineExample, LineRange } from '../types.ts';
import type { Ingested } from './ingest.ts';

const EXAMPLES = 3;

/** The raw lines behind results, by id; the source with most of a result's events comes first. */
export type RawLines = ReadonlyMap<string, readonly LineRange[]>;

/**
 * Leads windows and alerts back to their raw lines: first and last line per source, and
 * examples with the bytes as they stand in the log. Each source is read once more.
 *
 * @param surprise of an event row: the most surprising rows become the examples
 */
export async function findRawLines(
  logs: Ingested,
  windows: readonly HuntWindow[],
  alerts: readonly Alert[],
  surprise: (row: number) => number,
): Promise<RawLines> {
  const { events, sources } = logs;
  const plans = [
    ...windows.map((window) => ({ id: window.id, parts: partsOf(events, window.events, window, surprise) })),
    ...alerts.map((alert) => ({ id: alert.id, parts: partsOf(events, alert.events, null, surprise) })),
  ];
  const wanted = sources.map(() => new Set<number>());
  for (const { parts } of plans) for (const part of parts) for (const row of part.rows) wanted[part.source]?.add(row);

  const texts = new Map<number, string>();
  for (const source of sources) {
    const rows = [...(wanted[source.id] ?? [])].sort((a, b) => events.offset[a]! - events.offset[b]!);
    if (rows.length === 0) continue;
    const ranges = rows.map((row) => ({ offset: events.offset[row]!, length: events.length[row]! }));
    const lines = await readRanges(source.path, ranges);
    rows.forEach((row, i) => {
      texts.set(row, lines[i] ?? '');
    });
  }

  const example = (row: number): LineExample => ({
    line: events.line[row]!,
    offset: events.offset[row]!,
    length: events.length[row]!,
    text: texts.get(row) ?? '',
  });
  return new Map(
    plans.map(({ id, parts }) => [
      id,
      parts.map(({ source, first, last, rows }) => ({
        source: sources[source]?.name ?? '',
        first,
        last,
        examples: rows.map(example),
      })),
    ]),
  );
}

// --- internal ---

interface Part {
  readonly source: number;
  readonly first: number;
  readonly last: number;
  /** Rows that become examples, in the order of the log. */
  readonly rows: readonly number[];
}

function partsOf(
  events: EventColumns,
  rows: readonly number[],
  window: HuntWindow | null,
  surprise: (row: number) => number,
): Part[] {
  const bySource = new Map<number, number[]>();
  for (const row of rows) {
    const source = events.source[row]!;
    const list = bySource.get(source);
    if (list) list.push(row);
    else bySource.set(source, [row]);
  }
  return [...bySource]
    .sort((a, b) => b[1].length - a[1].length || a[0] - b[0])
    .map(([source, flagged]) => ({
      source,
      ...lineSpan(events, source, flagged, window),
      rows: examplesOf(events, flagged, surprise),
    }));
}

/** First and last line: of the flagged events, or of everything the window spans. */
function lineSpan(events: EventColumns, source: number, flagged: readonly number[], window: HuntWindow | null) {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  const add = (row: number): void => {
    first = Math.min(first, events.line[row]!);
    last = Math.max(last, events.line[row]!);
  };
  if (!window) for (const row of flagged) add(row);
  else {
    for (let row = 0; row < events.count; row++) {
      const inside = events.time[row]! >= window.start && events.time[row]! <= window.end;
      if (inside && events.source[row] === source) add(row);
    }
  }
  return { first, last };
}

/** The most surprising rows, no template twice while there are others. */
function examplesOf(events: EventColumns, rows: readonly number[], surprise: (row: number) => number): number[] {
  const sorted = [...rows].sort((a, b) => surprise(b) - surprise(a) || a - b);
  const chosen: number[] = [];
  const seen = new Set<number>();
  for (const row of sorted) {
    if (chosen.length === EXAMPLES) break;
    if (seen.has(events.template[row]!)) continue;
    seen.add(events.template[row]!);
    chosen.push(row);
  }
  for (const row of sorted) {
    if (chosen.length === EXAMPLES) break;
    if (!chosen.includes(row)) chosen.push(row);
  }
  return chosen.sort((a, b) => a - b);
}
