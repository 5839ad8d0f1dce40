import type uPlot from 'uplot';
import { clock, date } from '../app/format.ts';
import { currentPreferences } from '../app/preferences.ts';
import type { Colors } from './colors.ts';

/** Font of everything on a canvas. */
export const CHART_FONT = '11px system-ui, sans-serif';

/** An axis of time in the chosen zone. */
export function timeAxis(colors: Colors, show = true): uPlot.Axis {
  return {
    show,
    stroke: colors.faint,
    font: CHART_FONT,
    size: show ? 22 : 0,
    gap: 2,
    space: 70,
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
    incrs: TIME_STEPS,
    values: (plot, splits, _, __, step) => {
      const { min = 0, max = 1 } = plot.scales.x ?? {};
      // What the edge would cut says nothing.
      const edge = ((max ?? 1) - (min ?? 0)) * 0.016;
      return splits.map((time) => (time < (min ?? 0) + edge || time > (max ?? 1) - edge ? '' : timeLabel(time, step)));
    },
  };
}

/** An axis of numbers. */
export function numberAxis(colors: Colors, more: Partial<uPlot.Axis> = {}): uPlot.Axis {
  return {
    stroke: colors.faint,
    font: CHART_FONT,
    size: 44,
    gap: 4,
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
    ...more,
  };
}

/** uPlot's dates for the chosen zone: charts count in milliseconds. */
export const CHART_TIME: Pick<uPlot.Options, 'ms' | 'tzDate'> = {
  ms: 1,
  tzDate: (time) => {
    const date = new Date(time);
    return currentPreferences().zone === 'utc' ? new Date(time + date.getTimezoneOffset() * 60_000) : date;
  },
};

// --- internal ---

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1000, 5000, 15_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 365 * DAY],
];

/** `03-22` where a day begins, `08:00` within it. */
function timeLabel(time: number, step: number): string {
  const text = clock(time);
  if (step >= DAY || text === '00:00:00') return date(time).slice(5);
  return step < MINUTE ? text : text.slice(0, 5);
}
