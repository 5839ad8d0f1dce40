import { useMemo, useState } from 'react';
import type { ModelDetail } from '../../api/types.ts';
import { TemplateText } from '../../ui/text.tsx';
import { tsne } from './tsne.ts';

/** Templates as points: those that stand between alike neighbours are near each other. */
export function TemplateMap({ detail }: { readonly detail: ModelDetail }) {
  const { map, vocabulary } = detail;
  const [way, setWay] = useState<'pca' | 'tsne'>('pca');
  const [over, setOver] = useState<string | null>(null);
  const points = useMemo(() => (way === 'pca' ? map : tsne(map)), [map, way]);
  const texts = useMemo(() => new Map(vocabulary.map(({ id, text }) => [id, text])), [vocabulary]);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const scale = (value: number, values: readonly number[], size: number): number => {
    const low = Math.min(...values);
    const high = Math.max(...values);
    return 12 + ((value - low) / Math.max(1e-9, high - low)) * (size - 24);
  };
  return (
    <>
      <div className="toolbar">
        <button type="button" aria-pressed={way === 'pca'} onClick={() => setWay('pca')}>
          Principal components
        </button>
        <button type="button" aria-pressed={way === 'tsne'} onClick={() => setWay('tsne')}>
          t-SNE
        </button>
        <span className="map-text clip">
          {over === null ? (
            <span className="faint">Point at a template</span>
          ) : (
            <TemplateText>{texts.get(over) ?? over}</TemplateText>
          )}
        </span>
      </div>
      <svg
        className="template-map"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`A map of ${points.length} templates`}
      >
        {points.map(({ id, x, y }) => (
          <circle
            key={id}
            cx={scale(x, xs, WIDTH)}
            cy={scale(y, ys, HEIGHT)}
            r={over === id ? 6 : 3.5}
            className={over === id ? 'map-point map-over' : 'map-point'}
            onPointerEnter={() => setOver(id)}
          >
            <title>{texts.get(id) ?? id}</title>
          </circle>
        ))}
      </svg>
    </>
  );
}

// --- internal ---

const WIDTH = 900;
const HEIGHT = 260;
