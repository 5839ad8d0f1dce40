import { useCallback, useMemo } from 'react';
import uPlot from 'uplot';
import { useGet } from '../../api/queries.ts';
import type { HistogramBar, Severity } from '../../api/types.ts';
import { plural } from '../../app/format.ts';
import { useRange, zoomTo } from '../../app/range.ts';
import { CHART_TIME, numberAxis, timeAxis } from '../../charts/axes.ts';
import type { Colors } from '../../charts/colors.ts';
import { Plot } from '../../charts/plot.tsx';
import type { AlertQuery } from './alert-filter.ts';

/** Alerts over time, stacked by severity; drag to zoom. */
export function Histogram({ query, ready }: { readonly query: AlertQuery; readonly ready: boolean }) {
  const { range } = useRange();
  const step = range === null ? HOUR : stepOf(range.to - range.from);
  const bars = useGet<{ items: readonly HistogramBar[] }>(
    'alerts',
    ready && range ? '/alerts/histogram' : null,
    { ...query.filter, ...range, step },
    { keep: true },
  );
  const items = bars.data?.items;
  const data = useMemo(
    () => (range && items ? stacked(items, range.from, range.to, step) : null),
    [items, range, step],
  );
  const options = useCallback(
    (colors: Colors): Omit<uPlot.Options, 'width' | 'height'> => ({
      ...CHART_TIME,
      padding: [6, 8, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: true, range: () => [range?.from ?? 0, range?.to ?? 1] },
        y: { range: (_, __, most) => [0, Math.max(1, most)] },
      },
      axes: [
        timeAxis(colors),
        numberAxis(colors, {
          space: 24,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000],
        }),
      ],
      // The tallest first: each shorter one is drawn over it.
      series: [{}, ...SEVERITIES.map((severity) => bar(colors[FILL[severity]]))],
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 4 } },
      hooks: {
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 4) return;
            const next = { from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x') };
            plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            zoomTo(next);
          },
        ],
      },
    }),
    [range],
  );
  if (data === null) return <div className="histogram-rest" />;
  const total = (items ?? []).reduce((sum, { count }) => sum + count, 0);
  return (
    <div className="histogram">
      <Plot options={options} data={data} height={96} label={`${plural(total, 'alert')} over time, by severity`} />
      <div className="histogram-legend" aria-hidden="true">
        {SEVERITIES.map((severity) => (
          <span key={severity} className={`legend-${severity.toLowerCase()}`}>
            {severity}
          </span>
        ))}
      </div>
    </div>
  );
}

// --- internal ---

const HOUR = 3_600_000;
const STEPS = [60_000, 300_000, 900_000, 1_800_000, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 168 * HOUR];
const BARS = 120;
const SEVERITIES: readonly Severity[] = ['HIGH', 'MED', 'LOW', 'NONE'];
const FILL = { HIGH: 'high', MED: 'med', LOW: 'low', NONE: 'none' } as const;

function stepOf(length: number): number {
  return STEPS.find((step) => length / step <= BARS) ?? Math.ceil(length / BARS / HOUR) * HOUR;
}

function bar(fill: string): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [0.92, 40, 1], align: 1 });
  const series: uPlot.Series = { stroke: fill, fill, width: 0, points: { show: false } };
  return paths ? { ...series, paths } : series;
}

/** Sums from the bottom up: the series of HIGH is drawn first, and is as tall as all together. */
function stacked(bars: readonly HistogramBar[], from: number, to: number, step: number): uPlot.AlignedData {
  const first = Math.floor(from / step) * step;
  const length = Math.max(2, Math.floor((to - first) / step) + 1);
  const times = Array.from({ length }, (_, i) => first + i * step);
  const counts = new Map(SEVERITIES.map((severity) => [severity, new Array<number>(length).fill(0)]));
  for (const { time, severity, count } of bars) {
    const i = Math.round((time - first) / step);
    const column = counts.get(severity);
    if (column && i >= 0 && i < length) column[i] = (column[i] ?? 0) + count;
  }
  let below = new Array<number>(length).fill(0);
  const columns: number[][] = [];
  for (const severity of [...SEVERITIES].reverse()) {
    below = below.map((sum, i) => sum + (counts.get(severity)?.[i] ?? 0));
    columns.unshift(below);
  }
  return [times, ...columns];
}
