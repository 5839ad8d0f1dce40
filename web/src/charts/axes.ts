import type uPlot from 'uplot';
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
