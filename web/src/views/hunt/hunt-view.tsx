import { useCallback, useEffect, useMemo } from 'react';
import { usePeriod, useWindows } from '../../api/queries.ts';
import type { StoredWindow } from '../../api/types.ts';
import { plural } from '../../app/format.ts';
import { useKeys } from '../../app/keys.ts';
import { patchSearch, usePlace } from '../../app/place.ts';
import { type Range, useRange, useRangeFilter, zoomTo } from '../../app/range.ts';
import { useCursor } from '../../ui/cursor.ts';
import { RowList } from '../../ui/row-list.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { Timeline } from './timeline.tsx';
import { Tuning } from './tuning.tsx';
import { useTuning } from './use-tuning.ts';
import { WindowDetail } from './window-detail.tsx';
import { WindowRow } from './window-row.tsx';

/** The main page: where in time to look, how sharp, and the windows worth reading, the strongest first. */
export function HuntView() {
  const { range, zoomed } = useRange();
  const period = usePeriod();
  const query = useWindows(useRangeFilter());
  const tuning = useTuning(range);
  if (period.data === null && !zoomed) {
    return (
      <Empty title="Nothing was counted yet">
        Lines appear here as soon as a source sends some. See Sources (g s) for what comes in.
      </Empty>
    );
  }
  return (
    <Await query={query} what="windows">
      {(windows) => <Hunt windows={windows} complete={query.complete} range={range} zoomed={zoomed} tuning={tuning} />}
    </Await>
  );
}

// --- internal ---

const idOf = (window: StoredWindow): string => window.id;

function Hunt(props: {
  readonly windows: readonly StoredWindow[];
  /** All of them are there, not only the strongest. */
  readonly complete: boolean;
  readonly range: Range | null;
  readonly zoomed: boolean;
  readonly tuning: ReturnType<typeof useTuning>;
}) {
  const { windows, complete, range, zoomed, tuning } = props;
  const { search } = usePlace();
  const opened = search.get('window');
  const ids = useMemo(() => windows.map(idOf), [windows]);
  const cursor = useCursor(ids, opened);
  const current = windows[cursor.index] ?? null;
  const open = useCallback((id: string) => patchSearch({ window: id }), []);
  const pick = (id: string): void => {
    cursor.set(id);
    open(id);
  };
  const move = (by: number): void => cursor.move(by);
  // What is open follows the cursor.
  useEffect(() => {
    if (opened !== null && cursor.id !== null && opened !== cursor.id) open(cursor.id);
  }, [opened, cursor.id, open]);
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => cursor.id !== null && open(cursor.id),
    Escape: () => (opened !== null ? patchSearch({ window: null }) : zoomed && zoomTo(null)),
    z: () => current && zoomTo(around(current)),
    t: () => document.querySelector<HTMLElement>('[data-knob=alpha]')?.focus(),
  });
  return (
    <div className="hunt">
      {range === null ? (
        <div className="timeline timeline-rest" />
      ) : (
        <Timeline
          range={range}
          windows={windows}
          preview={tuning.changed ? tuning.preview : null}
          current={current}
          pick={pick}
        />
      )}
      <Tuning tuning={tuning} />
      <div className="split">
        <section className="split-list" aria-label="Windows">
          <div className="list-head">
            <h2>{complete ? plural(windows.length, 'window') : `${plural(windows.length, 'window')} …`}</h2>
            <span className="faint">the strongest first{zoomed ? ', in this range' : ''}</span>
          </div>
          {windows.length === 0 ? (
            <Empty title="No window in this time">
              {zoomed ? 'Press 0 for the whole period.' : 'Nothing that two channels agree on was out of the ordinary.'}
            </Empty>
          ) : (
            <RowList
              label="Windows"
              items={windows}
              idOf={idOf}
              height={86}
              cursor={cursor}
              open={(window) => open(window.id)}
              row={(window, index) => <WindowRow window={window} index={index} most={windows[0]?.score ?? 1} />}
            />
          )}
        </section>
        {opened !== null && current !== null ? (
          <WindowDetail key={current.id} window={current} close={() => patchSearch({ window: null })} />
        ) : (
          <div className="split-detail split-detail-empty">
            <Empty title="No window is open">
              <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens
            </Empty>
          </div>
        )}
      </div>
    </div>
  );
}

/** A window with room on both sides. */
function around({ start, end }: StoredWindow): { readonly from: number; readonly to: number } {
  const room = Math.max(600_000, (end - start) * 0.4);
  return { from: start - room, to: end + room };
}
