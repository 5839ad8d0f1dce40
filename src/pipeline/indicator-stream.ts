import { CaracalError } from '../errors.ts';
import { burstGap, type Flag, findBursts, PERIOD } from '../hunt/index.ts';
import { readRanges } from '../read/index.ts';
import { countBelow } from '../util/statistics.ts';
import type { HuntPeriods } from './hunt-periods.ts';
import type { HuntStream } from './hunt-streams.ts';
import type { HuntTable } from './hunt-table.ts';
import { ingest } from './ingest.ts';

const NAME = 'ioc';

/**
 * A list of indicators of compromise with their times as a channel: every entry is a flag,
 * as surprising as entries are rare in the part that was learned. Each leads to the event
 * nearest in time; a host column says on whom.
 *
 * @param path event CSV with a time column
 * @throws CaracalError `E_FORMAT_INVALID` where no entry has a time, and as `ingest`
 */
export async function indicatorStream(path: string, table: HuntTable, periods: HuntPeriods): Promise<HuntStream> {
  const list = await ingest([path], { read: { format: 'event-csv' } });
  try {
    const { events, sources } = list;
    if (!events.time.some((time) => !Number.isNaN(time))) {
      throw new CaracalError(
        'E_FORMAT_INVALID',
        `${path}: no entry has a time. Give an event CSV with a column 'time' and one of the indicators.`,
        { file: path },
      );
    }
    const ranges = Array.from(events.offset, (offset, row) => ({ offset, length: events.length[row]! }));
    const texts = await readRanges(sources[0]?.path ?? path, ranges);
    const hostOf = hostNumbers(table);
    const rowAt = nearestRow(table.events.time);
    const all = Array.from(
      events.time,
      (time, row): Flag => ({
        row: rowAt(time),
        time,
        surprise: 0,
        fact: events.template[row]!,
        text: `indicator ${texts[row] ?? ''}`,
        host: hostOf(events.strings.value(events.host[row]!)) ?? table.events.host[rowAt(time)] ?? -1,
      }),
    );
    const learned = Number.isFinite(periods.judgedFrom) ? all.filter(({ time }) => time < periods.judgedFrom) : all;
    const span = Number.isFinite(periods.judgedFrom)
      ? periods.judgedFrom - (table.events.time[0] ?? periods.judgedFrom)
      : periods.heldOutSpan;
    const surprise = -Math.log10(Math.min(1, (learned.length + 1) / (span / PERIOD + 1)));
    const rated = all.map((flag) => ({ ...flag, surprise }));
    const [first, last] = periods.judged;
    const judged = rated.filter(({ time }) => time >= first && time <= last).sort((a, b) => a.time - b.time);
    const gap = burstGap(learned.length, span);
    return {
      name: NAME,
      channel: NAME,
      gap,
      flags: judged,
      bursts: findBursts(NAME, judged, gap),
      normal: findBursts(
        NAME,
        rated.filter(({ time }) => time < first),
        gap,
      ),
    };
  } finally {
    await list.dispose();
  }
}

// --- internal ---

/** Numbers of the subjects of the events by their names. */
function hostNumbers({ events }: HuntTable): (name: string) => number | undefined {
  const numbers = new Map<string, number>();
  for (const host of new Set(events.host)) if (host >= 0) numbers.set(events.strings.value(host), host);
  return (name) => numbers.get(name);
}

/** Row of the event nearest to a time. */
function nearestRow(times: Float64Array): (time: number) => number {
  const rows = Array.from(times.keys()).filter((row) => !Number.isNaN(times[row]!));
  const sorted = Float64Array.from(rows, (row) => times[row]!);
  return (time) => {
    const after = Math.min(rows.length - 1, countBelow(sorted, time, false));
    const before = Math.max(0, after - 1);
    return rows[Math.abs(sorted[before]! - time) <= Math.abs(sorted[after]! - time) ? before : after] ?? 0;
  };
}
