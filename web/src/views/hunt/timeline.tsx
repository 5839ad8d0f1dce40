import { useCallback, useMemo } from 'react';
import type uPlot from 'uplot';
import { useGet } from '../../api/queries.ts';
import type { CountSeries, StoredWindow, WindowPreview } from '../../api/types.ts';
import { brief, plural, span } from '../../app/format.ts';
import { type Range, useRange, zoomTo } from '../../app/range.ts';
import type { Colors } from '../../charts/colors.ts';
import { Plot } from '../../charts/plot.tsx';
import { Failure } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';
import { channelRows, type Row } from './timeline-data.ts';
import { channelOptions, laneOptions, overviewOptions } from './timeline-plots.ts';
import { useLatest } from './use-latest.ts';

/** The whole period and, under it, the range that is looked at: windows in a lane, then one row per channel. */
export function Timeline(props: {
  readonly range: Range;
  readonly windows: readonly StoredWindow[];
  readonly preview: WindowPreview | null;
  readonly current: StoredWindow | null;
  readonly pick: (id: string) => void;
}) {
  const { range, windows, preview, current } = props;
  const { whole, zoomed } = useRange();
  const counts = useGet<CountSeries>('counts', '/counts', { ...range, points: POINTS, by: 'channel' }, { keep: true });
  const overall = useGet<CountSeries>(
    'counts',
    zoomed && whole ? '/counts' : null,
    { ...whole, points: 400 },
    { keep: true },
  );
  const rows = useMemo(() => (counts.data ? channelRows(counts.data, range) : []), [counts.data, range]);
  const overview = useMemo(
    () => (zoomed && overall.data && whole ? channelRows(overall.data, whole)[0] : undefined),
    [zoomed, overall.data, whole],
  );

  const shown = useLatest({ windows, preview, current, pick: props.pick, range });
  const lane = useCallback((colors: Colors) => laneOptions(colors, range, shown, zoomTo), [range, shown]);
  const laneData = useMemo(
    (): uPlot.AlignedData => [
      [range.from, range.to],
      [0, 0],
    ],
    [range],
  );
  const overviewPlot = useCallback(
    (colors: Colors) => overviewOptions(colors, whole ?? range, shown, zoomTo),
    [whole, range, shown],
  );
  const drawn = useMemo(() => ({ windows, preview, current }), [windows, preview, current]);
  if (counts.error && !counts.data) return <Failure error={counts.error} retry={() => void counts.refetch()} />;
  return (
    <section className="timeline" aria-label="Time line">
      {overview && (
        <div className="timeline-row timeline-overview">
          <div className="timeline-name">whole period</div>
          <Plot
            options={overviewPlot}
            data={overview.data}
            height={34}
            redraw={[drawn, range]}
            label="The whole period, and the part that is looked at"
          />
        </div>
      )}
      <div className="timeline-row">
        <div className="timeline-name">
          windows <span className="faint num">{windows.length}</span>
        </div>
        <Plot
          options={lane}
          data={laneData}
          height={30}
          redraw={drawn}
          label={`${plural(windows.length, 'window')} from ${span(range.from, range.to)}`}
        />
      </div>
      {rows.map((row, i) => (
        <ChannelRow
          key={row.channel}
          row={row}
          range={range}
          last={i === rows.length - 1}
          drawn={drawn}
          shown={shown}
        />
      ))}
      <div className="timeline-legend faint" aria-hidden="true">
        <span className="legend-density">events</span>
        <span className="legend-flagged">flagged</span>
        <span className="legend-window">window</span>
        {preview && <span className="legend-preview">window with the tried setting</span>}
        <span>drag to zoom, 0 for the whole period</span>
      </div>
    </section>
  );
}

// --- internal ---

const POINTS = 600;

function ChannelRow(props: {
  readonly row: Row;
  readonly range: Range;
  readonly last: boolean;
  readonly drawn: unknown;
  readonly shown: Parameters<typeof channelOptions>[4];
}) {
  const { row, range, last, shown } = props;
  const options = useCallback(
    (colors: Colors) => channelOptions(colors, row.channel, range, last, shown, zoomTo),
    [row.channel, range, last, shown],
  );
  return (
    <div className="timeline-row">
      <div className="timeline-name">
        <Text>{row.channel}</Text>{' '}
        <span className="faint num">
          {brief(row.total)} · <span className="flagged-text">{brief(row.flagged)} flagged</span>
        </span>
      </div>
      <Plot
        options={options}
        data={row.data}
        height={last ? 78 : 56}
        redraw={props.drawn}
        label={`Channel ${row.channel}: ${plural(row.total, 'event')}, ${row.flagged} flagged`}
      />
    </div>
  );
}
