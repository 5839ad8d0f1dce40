import { readRanges } from '../read/index.ts';
import type { WindowEvent } from '../report/index.ts';
import type { HuntWindow } from '../types.ts';
import { countBelow } from '../util/statistics.ts';
import type { HuntResult } from './hunt.ts';

/**
 * The events inside windows with their raw lines, by window id, in the order of time. The
 * lines are held in memory, each source being read once.
 */
export async function windowEvents(
  { table, periods }: HuntResult,
  windows: readonly HuntWindow[],
): Promise<ReadonlyMap<string, readonly WindowEvent[]>> {
  const { events, logs, channels, keyText } = table;
  const rowsOf = windows.map((window) => rowsWithin(events.time, window).filter((row) => periods.isJudged(row)));
  const texts = await linesOf(table, [...new Set(rowsOf.flat())]);
  return new Map(
    windows.map((window, w) => {
      const flagged = new Set(window.events);
      const inside = (rowsOf[w] ?? []).map(
        (row): WindowEvent => ({
          window: window.id,
          incident: window.incident,
          time: events.time[row]!,
          source: logs.sources[events.source[row]!]?.name ?? '',
          line: events.line[row]!,
          offset: events.offset[row]!,
          length: events.length[row]!,
          host: events.strings.value(events.host[row]!),
          channel: channels ? channels.values.value(channels.ids[row]!) : '',
          key: keyText(events.template[row]!),
          flagged: flagged.has(row),
          message: texts.get(row) ?? '',
        }),
      );
      return [window.id, inside];
    }),
  );
}

// --- internal ---

/** Rows of a sorted table inside a span; rows without a time are in none. */
function rowsWithin(times: Float64Array, { start, end }: HuntWindow): number[] {
  const rows: number[] = [];
  const sorted = !times.some(Number.isNaN);
  const first = sorted ? countBelow(times, start, false) : 0;
  for (let row = first; row < times.length; row++) {
    if (sorted && times[row]! > end) break;
    if (times[row]! >= start && times[row]! <= end) rows.push(row);
  }
  return rows;
}

async function linesOf({ events, logs }: HuntResult['table'], rows: readonly number[]): Promise<Map<number, string>> {
  const texts = new Map<number, string>();
  for (const [source, { path }] of logs.sources.entries()) {
    const own = rows.filter((row) => events.source[row] === source);
    const ranges = own.map((row) => ({ offset: events.offset[row]!, length: events.length[row]! }));
    const lines = await readRanges(path, ranges);
    own.forEach((row, i) => {
      texts.set(row, lines[i] ?? '');
    });
  }
  return texts;
}
