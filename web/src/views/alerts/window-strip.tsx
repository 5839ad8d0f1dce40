import { useGet } from '../../api/queries.ts';
import type { CountSeries, StoredWindow } from '../../api/types.ts';
import { clock } from '../../app/format.ts';

/** A window within the events around it, and where in it the alert is. */
export function WindowStrip({ window, time }: { readonly window: StoredWindow; readonly time: number }) {
  const room = Math.max(600_000, (window.end - window.start) * 0.5);
  const from = window.start - room;
  const to = window.end + room;
  const { data } = useGet<CountSeries>('counts', '/counts', { from, to, points: 120 }, { keep: true });
  const x = (at: number): number => ((at - from) / (to - from)) * WIDTH;
  const most = Math.max(1, ...(data?.points ?? []).map(({ events }) => events));
  const bar = Math.max(1, ((data?.step ?? 60_000) / (to - from)) * WIDTH - 0.5);
  return (
    <svg
      className="window-strip"
      viewBox={`0 0 ${WIDTH} ${HEIGHT + 12}`}
      role="img"
      aria-label={`The window from ${clock(window.start)} to ${clock(window.end)}, the alert at ${clock(time)}`}
    >
      <rect
        x={x(window.start)}
        width={Math.max(2, x(window.end) - x(window.start))}
        y="0"
        height={HEIGHT}
        className="strip-window"
      />
      {data?.points.map((point) => {
        const height = Math.sqrt(point.events / most) * (HEIGHT - 4);
        return (
          <rect
            key={point.time}
            x={x(point.time)}
            width={bar}
            y={HEIGHT - height}
            height={height}
            className="strip-events"
          />
        );
      })}
      <line x1={x(time)} x2={x(time)} y1="0" y2={HEIGHT} className="strip-alert" />
      <text x={Math.max(0, x(window.start))} y={HEIGHT + 10}>
        {clock(window.start)}
      </text>
      <text x={Math.min(WIDTH, x(window.end))} y={HEIGHT + 10} textAnchor="end">
        {clock(window.end)}
      </text>
    </svg>
  );
}

// --- internal ---

const WIDTH = 440;
const HEIGHT = 34;
