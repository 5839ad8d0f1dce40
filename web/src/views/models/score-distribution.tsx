import type { ModelDetail } from '../../api/types.ts';
import { fixed, whole } from '../../app/format.ts';

/** How the scores of held-out data are spread, roots of the counts, with the thresholds. */
export function ScoreDistribution({ detail }: { readonly detail: ModelDetail }) {
  const { from, to, counts } = detail.scores;
  const most = Math.max(1, ...counts);
  const width = WIDTH / Math.max(1, counts.length);
  const x = (score: number): number => ((score - from) / Math.max(1e-9, to - from)) * WIDTH;
  const marks = [
    { name: 'events', value: detail.eventThreshold },
    { name: 'sessions', value: detail.threshold },
  ].filter(({ value }) => value >= from && value <= to);
  return (
    <>
      <svg
        className="distribution"
        viewBox={`0 -14 ${WIDTH} ${HEIGHT + 30}`}
        role="img"
        aria-label={`Scores from ${fixed(from, 1)} to ${fixed(to, 1)}, thresholds ${marks.map(({ value }) => fixed(value)).join(' and ')}`}
      >
        {counts.map((count, i) => {
          const height = Math.sqrt(count / most) * HEIGHT;
          return (
            <rect
              key={i}
              x={i * width}
              width={Math.max(0.5, width - 0.6)}
              y={HEIGHT - height}
              height={height}
              className="strip-events"
            >
              <title>{`${fixed(from + ((to - from) * i) / counts.length)}: ${whole(count)}`}</title>
            </rect>
          );
        })}
        {marks.map(({ name, value }, i) => (
          <g key={name}>
            <line x1={x(value)} x2={x(value)} y1={0} y2={HEIGHT} className="distribution-threshold" />
            <text
              x={x(value)}
              y={-4 + i * 11}
              textAnchor={x(value) > WIDTH / 2 ? 'end' : 'start'}
              className="chart-text"
            >
              {name} {fixed(value)}
            </text>
          </g>
        ))}
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="axis" />
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <text
            key={share}
            x={share * WIDTH}
            y={HEIGHT + 12}
            textAnchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
            className="chart-text"
          >
            {fixed(from + share * (to - from), 1)}
          </text>
        ))}
      </svg>
      <p className="faint">Height: root of the count. Lines: what is beyond them is flagged.</p>
    </>
  );
}

// --- internal ---

const WIDTH = 420;
const HEIGHT = 150;
