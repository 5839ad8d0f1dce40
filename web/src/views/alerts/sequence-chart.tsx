import type { JudgedLine } from '../../api/types.ts';
import { fixed } from '../../app/format.ts';

/** NLL of each event of a sequence as bars, the threshold as a line, the deviating one marked. */
export function SequenceChart(props: {
  readonly items: readonly (JudgedLine & { readonly deviating?: boolean })[];
  readonly threshold: number | null;
}) {
  const { items, threshold } = props;
  const top = Math.max(1, threshold ?? 0, ...items.map(({ nll }) => (Number.isFinite(nll) ? nll : 0))) * 1.1;
  const step = WIDTH / items.length;
  const y = (nll: number): number => HEIGHT - (Math.min(nll, top) / top) * HEIGHT;
  return (
    <svg
      className="sequence-chart"
      viewBox={`0 0 ${WIDTH + 44} ${HEIGHT + 14}`}
      role="img"
      aria-label={`Surprise of ${items.length} events in nats, at most ${fixed(top / 1.1, 1)}`}
    >
      {items.map((item, i) => {
        const bar = y(Number.isFinite(item.nll) ? item.nll : 0);
        return (
          <rect
            key={i}
            x={i * step + 0.5}
            width={Math.max(1, Math.min(26, step - 1.5))}
            y={Math.min(bar, HEIGHT - 1)}
            height={Math.max(1, HEIGHT - bar)}
            className={item.deviating ? 'nll-deviating' : item.flags.length > 0 ? 'nll-flagged' : 'nll'}
          >
            <title>{`${i + 1}: ${fixed(item.nll)} nats, rank ${item.rank}`}</title>
          </rect>
        );
      })}
      {threshold !== null && (
        <>
          <line x1="0" x2={WIDTH} y1={y(threshold)} y2={y(threshold)} className="nll-threshold" />
          <text x={WIDTH + 4} y={y(threshold) + 3}>
            {fixed(threshold, 1)}
          </text>
        </>
      )}
      <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="axis" />
      <text x="0" y={HEIGHT + 12}>
        {items.length} events, nats; the line is the threshold
      </text>
    </svg>
  );
}

// --- internal ---

const WIDTH = 400;
const HEIGHT = 60;
