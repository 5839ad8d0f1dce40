import { useMemo, useState } from 'react';
import { useGet, usePages } from '../../api/queries.ts';
import type { Heat, StoredAlert } from '../../api/types.ts';
import { plural, span } from '../../app/format.ts';
import { useKeys } from '../../app/keys.ts';
import { navigate, patchSearch, usePlace } from '../../app/place.ts';
import { iso, type Range, useRange, zoomTo } from '../../app/range.ts';
import { useCursor } from '../../ui/cursor.ts';
import { RowList } from '../../ui/row-list.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { AlertLine } from '../alerts/alert-line.tsx';
import { alertRow } from '../alerts/alert-rows.ts';
import { HeatGrid } from './heat-grid.tsx';

/** Who was conspicuous when; what is dragged over, or chosen by its name, filters the alerts below. */
export function HeatmapView() {
  const { range } = useRange();
  const { search } = usePlace();
  const by = search.get('by') === 'user' ? 'user' : 'host';
  const heat = useGet<Heat>('heatmap', range && '/heatmap', { ...range, columns: COLUMNS, by }, { keep: true });
  if (range === null)
    return <Empty title="Nothing was counted yet">Alerts of hosts and users appear here over time.</Empty>;
  return (
    <div className="heatmap">
      <div className="toolbar">
        {(['host', 'user'] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={by === one}
            onClick={() => patchSearch({ by: one, entity: null })}
          >
            By {one}
          </button>
        ))}
        <span className="faint">
          Colour: the highest priority in the cell. Drag over cells to filter what is below.
        </span>
      </div>
      <Await query={heat} what="the heat map">
        {(data) =>
          data.rows.length === 0 ? (
            <Empty title={`No alert names a ${by} in this time`} />
          ) : (
            <Explore heat={data} by={by} range={range} />
          )
        }
      </Await>
    </div>
  );
}

// --- internal ---

const COLUMNS = 96;

function Explore({ heat, by, range }: { readonly heat: Heat; readonly by: 'host' | 'user'; readonly range: Range }) {
  const { search } = usePlace();
  const entity = search.get('entity');
  const [part, setPart] = useState<Range | null>(null);
  const rowCursor = useCursor(
    heat.rows.map((row) => row.entity.value),
    entity,
  );
  const filter = { ...(part ?? range), ...(entity === null ? {} : { [by]: entity }), order: 'priority' };
  const alerts = usePages<StoredAlert>('alerts', '/alerts', filter, 100);
  const rows = useMemo(() => alerts.items.map(alertRow), [alerts.items]);
  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  const cursor = useCursor(ids);
  const open = (id: string): void =>
    navigate(
      `/alerts?${new URLSearchParams({
        ...{ status: 'any', alert: id, from: iso((part ?? range).from), to: iso((part ?? range).to) },
        ...(entity === null ? {} : { [by]: entity }),
      })}`,
    );
  useKeys({
    j: () => cursor.move(1),
    k: () => cursor.move(-1),
    ArrowDown: () => rowCursor.move(1),
    ArrowUp: () => rowCursor.move(-1),
    x: () => patchSearch({ entity: entity === rowCursor.id ? null : rowCursor.id }),
    Enter: () => cursor.id !== null && open(cursor.id),
    z: () => part && zoomTo(part),
    Escape: () => {
      setPart(null);
      patchSearch({ entity: null });
    },
  });
  return (
    <>
      <HeatGrid
        heat={heat}
        chosen={entity}
        cursor={rowCursor.id}
        part={part}
        choose={(value) => patchSearch({ entity: value === entity ? null : value })}
        drag={(from, to, values) => {
          setPart({ from, to });
          patchSearch({ entity: values.length === 1 ? (values[0] ?? null) : null });
        }}
      />
      <div className="list-head">
        <h2>
          {plural(rows.length, 'alert')}
          {alerts.hasNextPage ? ' and more' : ''}
        </h2>
        <span className="faint num">
          {entity !== null && `${by} ${entity} · `}
          {span((part ?? range).from, (part ?? range).to)}
        </span>
        {(part || entity !== null) && (
          <button
            type="button"
            onClick={() => {
              setPart(null);
              patchSearch({ entity: null });
            }}
          >
            Clear <kbd>Esc</kbd>
          </button>
        )}
        {part && (
          <button type="button" onClick={() => zoomTo(part)}>
            Zoom <kbd>z</kbd>
          </button>
        )}
      </div>
      {rows.length === 0 ? (
        <Empty title="No alert here" />
      ) : (
        <RowList
          label="Alerts"
          className="heat-alerts"
          items={rows}
          idOf={(row) => row.id}
          height={30}
          cursor={cursor}
          open={(row) => open(row.id)}
          more={alerts.hasNextPage && !alerts.isFetchingNextPage ? () => void alerts.fetchNextPage() : undefined}
          row={(row) => <AlertLine row={row} grouping="none" selected={false} toggle={open} />}
        />
      )}
    </>
  );
}
