import type uPlot from 'uplot';
import type { CountSeries } from '../../api/types.ts';
import type { Range } from '../../app/range.ts';

/** One channel of the time line: its times, events and flagged events, roots of the counts, so that little is seen beside much. */
export interface Row {
  readonly channel: string;
  readonly total: number;
  readonly flagged: number;
  readonly data: uPlot.AlignedData;
}

/** Counts as rows over every step of the range: a series says nothing of steps where nothing was. */
export function channelRows({ points, step }: CountSeries, { from, to }: Range): readonly Row[] {
  const first = Math.floor(from / step) * step;
  const length = Math.max(2, Math.floor((to - first) / step) + 1);
  const times = Float64Array.from({ length }, (_, i) => first + i * step);
  const rows = new Map<string, { total: number; flagged: number; events: Float64Array; flags: Float64Array }>();
  for (const point of points) {
    const channel = point.series ?? 'all';
    const row = rows.get(channel) ?? {
      ...{ total: 0, flagged: 0, events: new Float64Array(length), flags: new Float64Array(length) },
    };
    rows.set(channel, row);
    row.total += point.events;
    row.flagged += point.flagged;
    const i = Math.round((point.time - first) / step);
    if (i < 0 || i >= length) continue;
    row.events[i] = point.events;
    row.flags[i] = point.flagged;
  }
  return [...rows]
    .map(([channel, row]) => ({ channel, ...row }))
    .sort((a, b) => b.total - a.total || (a.channel < b.channel ? -1 : 1))
    .map(({ channel, total, flagged, events, flags }) => ({
      ...{ channel, total, flagged },
      data: [times, rooted(events), rooted(flags)] as unknown as uPlot.AlignedData,
    }));
}

// --- internal ---

/** Shares of the largest, rooted. */
function rooted(counts: Float64Array): Float64Array {
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  return counts.map((count) => Math.sqrt(count / most));
}
