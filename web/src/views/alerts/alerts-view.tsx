import { useEffect, useMemo, useState } from 'react';
import type { StoredAlert } from '../../api/types.ts';
import { plural, whole } from '../../app/format.ts';
import { useKeys } from '../../app/keys.ts';
import { patchSearch, usePlace } from '../../app/place.ts';
import { zoomTo } from '../../app/range.ts';
import { useCursor } from '../../ui/cursor.ts';
import { RowList } from '../../ui/row-list.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { VerdictButtons } from '../verdicts/verdict-buttons.tsx';
import { AlertDetail } from './alert-detail.tsx';
import { useAlertQuery } from './alert-filter.ts';
import { AlertLine } from './alert-line.tsx';
import type { AlertRow } from './alert-rows.ts';
import { AlertToolbar } from './alert-toolbar.tsx';
import { Facets } from './facets.tsx';
import { Histogram } from './histogram.tsx';
import { useAlertRows } from './use-alert-rows.ts';

/** All alerts: filtered, grouped, judged; what is at the cursor opens beside the table. */
export function AlertsView() {
  const query = useAlertQuery();
  const { search } = usePlace();
  const opened = search.get('alert');
  const table = useAlertRows(query);
  const { rows } = table;
  // The list first: what stands around it can wait that long.
  const ready = table.query.data !== undefined;
  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  const firstAlert = rows.find((row) => row.kind === 'alert')?.id ?? null;
  const cursor = useCursor(ids, opened ?? firstAlert);
  const row = rows[cursor.index] ?? null;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [facets, setFacets] = useState(false);

  const current = row?.kind === 'alert' ? row.alert : null;
  const targets = selected.size > 0 ? [...selected] : current ? [current.id] : [];
  const open = (one: AlertRow): void => {
    if (one.kind === 'alert') patchSearch({ alert: one.id });
    else if (one.kind === 'group' && one.unfolded !== null) table.fold(one.id);
    else if (one.kind === 'more') patchSearch({ [query.grouping]: one.name, group: null });
  };
  // What is open follows the cursor.
  useEffect(() => {
    if (opened !== null && current !== null && opened !== current.id) patchSearch({ alert: current.id });
  }, [opened, current]);
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  useKeys({
    j: () => cursor.move(1),
    k: () => cursor.move(-1),
    ArrowDown: () => cursor.move(1),
    ArrowUp: () => cursor.move(-1),
    Enter: () => row && open(row),
    x: () => current && toggle(current.id),
    '*': () => setSelected(new Set(rows.flatMap((one) => (one.kind === 'alert' ? [one.id] : [])))),
    z: () => current && zoomTo({ from: current.time - ROOM, to: current.time + ROOM }),
    Escape: () => (opened !== null ? patchSearch({ alert: null }) : setSelected(new Set())),
  });
  return (
    <div className={`alerts ${opened === null ? '' : 'alerts-open'} ${facets ? 'alerts-facets' : ''}`}>
      <Facets query={query} ready={ready} />
      <section className="alerts-main" aria-label="Alerts">
        <Histogram query={query} ready={ready} />
        <AlertToolbar query={query} toggleFacets={() => setFacets(!facets)} />
        <div className="actions">
          <span className="num">
            {selected.size > 0
              ? `${whole(selected.size)} selected`
              : table.total === null
                ? ''
                : plural(table.total, 'alert')}
          </span>
          <VerdictButtons
            targets={targets.map((id) => ({ kind: 'alert' as const, id }))}
            alerts={targets}
            status={selected.size > 0 ? null : (current?.status ?? null)}
            done={() => setSelected(new Set())}
          />
        </div>
        <Await<unknown> query={table.query} what="alerts">
          {() =>
            rows.length === 0 ? (
              <Empty title="No alert matches">
                {query.chosen.status.length === 0 ? (
                  'Take a filter away, or press 0 for the whole period.'
                ) : (
                  <button type="button" onClick={() => patchSearch({ status: 'any' })}>
                    Show those that were judged, too
                  </button>
                )}
              </Empty>
            ) : (
              <RowList
                label="Alerts"
                items={rows}
                idOf={(one) => one.id}
                height={30}
                cursor={cursor}
                open={open}
                selected={selected}
                more={table.more}
                rowClass={(one) => `row-${one.kind}`}
                row={(one) => (
                  <AlertLine row={one} grouping={query.grouping} selected={selected.has(one.id)} toggle={toggle} />
                )}
              />
            )
          }
        </Await>
      </section>
      {opened !== null && (
        <AlertDetail
          key={opened}
          id={opened}
          known={knownOf(rows, opened)}
          close={() => patchSearch({ alert: null })}
        />
      )}
    </div>
  );
}

// --- internal ---

const ROOM = 1_800_000;

function knownOf(rows: readonly AlertRow[], id: string): StoredAlert | null {
  const row = rows.find((one) => one.id === id);
  return row?.kind === 'alert' ? row.alert : null;
}
