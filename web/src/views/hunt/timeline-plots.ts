import uPlot from 'uplot';
import type { StoredWindow, WindowPreview } from '../../api/types.ts';
import type { Range } from '../../app/range.ts';
import { CHART_TIME, timeAxis } from '../../charts/axes.ts';
import type { Colors } from '../../charts/colors.ts';

/** What the plots draw besides their data; read at each drawing. */
export interface Shown {
  readonly windows: readonly StoredWindow[];
  readonly preview: WindowPreview | null;
  readonly current: StoredWindow | null;
  readonly range: Range;
  readonly pick: (id: string) => void;
}

type Options = Omit<uPlot.Options, 'width' | 'height'>;
type Zoom = (range: Range) => void;

/** A channel: how much happened, what of it was flagged, and the windows that it has part in. */
export function channelOptions(
  colors: Colors,
  channel: string,
  range: Range,
  last: boolean,
  shown: { readonly current: Shown },
  zoom: Zoom,
): Options {
  const inChannel = (window: StoredWindow): boolean => channel === 'all' || window.channels.includes(channel);
  return {
    ...common(range, zoom, shown),
    axes: [timeAxis(colors, last), { show: false }],
    series: [{}, area(colors), flags(colors)],
    hooks: {
      ...common(range, zoom, shown).hooks,
      drawClear: [
        (plot) => {
          for (const window of shown.current.windows.filter(inChannel)) {
            block(plot, window, colors.window, 0, 1);
          }
          outline(plot, shown.current.current, colors.windowLine);
        },
      ],
    },
  };
}

/** The lane of windows: saved ones above, what the tried setting would cut below. */
export function laneOptions(colors: Colors, range: Range, shown: { readonly current: Shown }, zoom: Zoom): Options {
  return {
    ...common(range, zoom, shown),
    axes: [timeAxis(colors, false), { show: false }],
    series: [{}, { show: false }],
    hooks: {
      ...common(range, zoom, shown).hooks,
      draw: [
        (plot) => {
          const { windows, preview, current } = shown.current;
          const most = windows[0]?.score ?? 1;
          for (const window of [...windows].reverse()) {
            plot.ctx.globalAlpha = 0.35 + 0.65 * Math.min(1, window.score / most);
            block(plot, window, colors.windowLine, 0.08, 0.5, 3);
          }
          plot.ctx.globalAlpha = 1;
          for (const window of preview?.windows ?? []) block(plot, window, colors.preview, 0.6, 0.92, 3);
          outline(plot, current, colors.text);
        },
      ],
    },
  };
}

/** The whole period in little: events, windows, and the part that is looked at. */
export function overviewOptions(colors: Colors, whole: Range, shown: { readonly current: Shown }, zoom: Zoom): Options {
  return {
    ...common(whole, zoom, shown),
    axes: [timeAxis(colors, false), { show: false }],
    series: [{}, area(colors), flags(colors)],
    hooks: {
      ...common(whole, zoom, shown).hooks,
      draw: [
        (plot) => {
          for (const window of shown.current.windows) block(plot, window, colors.windowLine, 0.88, 1, 2);
          const { from, to } = shown.current.range;
          if (from <= whole.from && to >= whole.to) return;
          const { left, top, width, height } = plot.bbox;
          const start = Math.max(left, plot.valToPos(from, 'x', true));
          const end = Math.min(left + width, plot.valToPos(to, 'x', true));
          plot.ctx.strokeStyle = colors.text;
          plot.ctx.lineWidth = devicePixelRatio;
          plot.ctx.strokeRect(start + 0.5, top + 0.5, Math.max(3, end - start - 1), height - 1);
        },
      ],
    },
  };
}

// --- internal ---

function common(range: Range, zoom: Zoom, shown: { readonly current: Shown }) {
  return {
    ...CHART_TIME,
    padding: [0, 8, 0, 0] as [number, number, number, number],
    legend: { show: false },
    scales: {
      x: { time: true, range: (): [number, number] => [range.from, range.to] },
      y: { range: (): [number, number] => [0, 1.05] },
    },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false, dist: 4 },
      sync: { key: 'hunt', setSeries: false },
    },
    hooks: {
      ready: [(plot: uPlot) => void plot.over.addEventListener('click', (event) => click(plot, event, shown.current))],
      setSelect: [
        (plot: uPlot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          const range = { from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x') };
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          zoom(range);
        },
      ],
    },
  } satisfies Partial<Options>;
}

/** Picks the shortest window under the pointer. */
function click(plot: uPlot, event: MouseEvent, { windows, pick }: Shown): void {
  const near = plot.posToVal(3, 'x') - plot.posToVal(0, 'x');
  const time = plot.posToVal(event.offsetX, 'x');
  const hits = windows.filter(({ start, end }) => start - near <= time && end + near >= time);
  const [hit] = hits.sort((a, b) => a.end - a.start - (b.end - b.start));
  if (hit) pick(hit.id);
}

function area(colors: Colors): uPlot.Series {
  const series: uPlot.Series = { stroke: colors.density, fill: colors.density, width: 0, points: { show: false } };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return stepped ? { ...series, paths: stepped } : series;
}

function flags(colors: Colors): uPlot.Series {
  const series: uPlot.Series = { stroke: colors.flagged, fill: colors.flagged, width: 0, points: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [1, 1000, 2], align: 1 });
  return bars ? { ...series, paths: bars } : series;
}

/** A window's time as a block between two heights, 0 at the top; never too narrow to see. */
function block(
  plot: uPlot,
  { start, end }: { readonly start: number; readonly end: number },
  fill: string,
  from: number,
  to: number,
  least = 1,
): void {
  const { left, top, width, height } = plot.bbox;
  const x = plot.valToPos(start, 'x', true);
  const right = Math.max(x + least * devicePixelRatio, plot.valToPos(end, 'x', true));
  const visible = Math.max(left, x);
  const stop = Math.min(left + width, right);
  if (stop <= visible) return;
  plot.ctx.fillStyle = fill;
  plot.ctx.fillRect(visible, top + from * height, stop - visible, (to - from) * height);
}

function outline(plot: uPlot, window: StoredWindow | null, color: string): void {
  if (window === null) return;
  const { left, top, width, height } = plot.bbox;
  const x = Math.max(left, plot.valToPos(window.start, 'x', true));
  const right = Math.min(left + width, plot.valToPos(window.end, 'x', true));
  if (right < left || x > left + width) return;
  plot.ctx.strokeStyle = color;
  plot.ctx.lineWidth = 1.5 * devicePixelRatio;
  plot.ctx.strokeRect(x - 1, top + 1, Math.max(3, right - x) + 2, height - 2);
}
