import { useEffect, useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { usePreferences } from '../app/preferences.ts';
import { type Colors, themeColors } from './colors.ts';

/** What a chart draws: uPlot's options without its size, made for the colours of the theme. */
export type PlotOptions = (colors: Colors) => Omit<uPlot.Options, 'width' | 'height'>;

/**
 * A chart of uPlot that follows its box and the theme. New data is set without building
 * it anew; `options` must rest (`useCallback`) as long as nothing but the data changes.
 */
export function Plot(props: {
  readonly options: PlotOptions;
  readonly data: uPlot.AlignedData;
  readonly height: number;
  /** What it shows, in words. */
  readonly label: string;
  /** Draws again when it changes, for what hooks draw. */
  readonly redraw?: unknown;
  readonly className?: string;
}) {
  const { options, data, height } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(data);
  latest.current = data;
  const { theme, zone } = usePreferences();
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours and labels follow the theme and the zone
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(
      { ...options(themeColors()), width: Math.max(50, element.clientWidth), height },
      latest.current,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [options, height, theme, zone]);
  useEffect(() => {
    if (plot.current && plot.current.data !== data) plot.current.setData(data);
  }, [data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it draws again because of it
  useEffect(() => {
    plot.current?.redraw(false, false);
  }, [props.redraw]);
  return (
    <div ref={box} className={`plot ${props.className ?? ''}`} style={{ height }} role="img" aria-label={props.label} />
  );
}
