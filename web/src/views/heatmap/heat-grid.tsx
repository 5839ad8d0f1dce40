import { type PointerEvent, useRef, useState } from 'react';
import type { Heat } from '../../api/types.ts';
import { dateTime, fixed, whole } from '../../app/format.ts';
import type { Range } from '../../app/range.ts';
import { Text } from '../../ui/text.tsx';

/** Entities as rows, time as columns; darker means more urgent. Colour runs in five steps of one hue. */
export function HeatGrid(props: {
  readonly heat: Heat;
  readonly chosen: string | null;
  readonly cursor: string | null;
  readonly part: Range | null;
  readonly choose: (value: string) => void;
  readonly drag: (from: number, to: number, values: readonly string[]) => void;
}) {
  const { heat, chosen, cursor, part } = props;
  const { rows, columns, step, from } = heat;
  const box = useRef<SVGSVGElement>(null);
  const [corner, setCorner] = useState<{ readonly from: Cell; readonly to: Cell } | null>(null);
  const [over, setOver] = useState<Cell | null>(null);
  const cellAt = (event: PointerEvent): Cell => {
    const bounds = box.current?.getBoundingClientRect();
    if (!bounds) return { column: 0, row: 0 };
    const clamp = (value: number, most: number): number => Math.min(most - 1, Math.max(0, Math.floor(value)));
    return {
      column: clamp(((event.clientX - bounds.left) / bounds.width) * columns, columns),
      row: clamp((event.clientY - bounds.top) / ROW, rows.length),
    };
  };
  const finish = (): void => {
    if (corner === null) return;
    const [left, right] = sorted(corner.from.column, corner.to.column);
    const [top, bottom] = sorted(corner.from.row, corner.to.row);
    setCorner(null);
    props.drag(
      from + left * step,
      from + (right + 1) * step,
      rows.slice(top, bottom + 1).map((row) => row.entity.value),
    );
  };
  const hovered = over && rows[over.row];
  return (
    <section className="heat" aria-label="Heat map">
      <div className="heat-names">
        {rows.map(({ entity, total }) => (
          <button
            key={entity.value}
            type="button"
            aria-pressed={entity.value === chosen}
            className={entity.value === cursor ? 'quiet heat-name heat-cursor' : 'quiet heat-name'}
            onClick={() => props.choose(entity.value)}
          >
            <Text className="clip">{entity.value}</Text> <span className="faint num">{whole(total)}</span>
          </button>
        ))}
      </div>
      <div className="heat-cells">
        <svg
          ref={box}
          viewBox={`0 0 ${columns} ${rows.length}`}
          preserveAspectRatio="none"
          style={{ height: rows.length * ROW }}
          role="img"
          aria-label={`Priority of ${rows.length} entities over ${columns} stretches of time`}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            const cell = cellAt(event);
            setCorner({ from: cell, to: cell });
          }}
          onPointerMove={(event) => {
            const cell = cellAt(event);
            setOver(cell);
            if (corner) setCorner({ from: corner.from, to: cell });
          }}
          onPointerUp={finish}
          onPointerLeave={() => setOver(null)}
        >
          {rows.map((row, y) =>
            row.scores.map((score, x) =>
              score <= 0 ? null : (
                <rect
                  key={`${y} ${x}`}
                  x={x + 0.04}
                  y={y + 0.06}
                  width="0.92"
                  height="0.88"
                  className={`heat-${levelOf(score)}`}
                />
              ),
            ),
          )}
          {part && (
            <rect
              x={(part.from - from) / step}
              width={(part.to - part.from) / step}
              y="0"
              height={rows.length}
              className="heat-part"
            />
          )}
          {corner && (
            <rect
              x={Math.min(corner.from.column, corner.to.column)}
              width={Math.abs(corner.from.column - corner.to.column) + 1}
              y={Math.min(corner.from.row, corner.to.row)}
              height={Math.abs(corner.from.row - corner.to.row) + 1}
              className="heat-part"
            />
          )}
        </svg>
        <div className="heat-axis faint num">
          {[0, 0.25, 0.5, 0.75].map((share) => (
            <span key={share}>{dateTime(from + share * columns * step).slice(5, 16)}</span>
          ))}
        </div>
      </div>
      <div className="heat-foot faint">
        <span className="num">
          {hovered && over ? (
            <>
              <Text>{hovered.entity.value}</Text>, {dateTime(from + over.column * step).slice(0, 16)}: priority{' '}
              {fixed(hovered.scores[over.column] ?? 0)}
            </>
          ) : (
            'Point at a cell for its value'
          )}
        </span>
        <span className="heat-legend" aria-hidden="true">
          low
          {[1, 2, 3, 4, 5].map((level) => (
            <i key={level} className={`heat-${level}`} />
          ))}
          high
        </span>
      </div>
    </section>
  );
}

// --- internal ---

interface Cell {
  readonly column: number;
  readonly row: number;
}

const ROW = 19;

function levelOf(score: number): number {
  return Math.min(5, Math.max(1, Math.ceil(score * 5)));
}

function sorted(a: number, b: number): readonly [number, number] {
  return a < b ? [a, b] : [b, a];
}
