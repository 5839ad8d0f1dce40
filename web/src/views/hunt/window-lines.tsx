import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { get } from '../../api/client.ts';
import { usePages } from '../../api/queries.ts';
import type { FlaggedEvent, Page, StoredRecord, StoredWindow } from '../../api/types.ts';
import { plural } from '../../app/format.ts';
import { Lines } from '../../ui/lines.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { reasonOf } from './event-reason.ts';

/** The raw lines of a window: first those that were flagged, or all of them, or those with a text. */
export function WindowLines({ window }: { readonly window: StoredWindow }) {
  const [mode, setMode] = useState<'flagged' | 'all'>('flagged');
  const [text, setText] = useState('');
  const path = `/windows/${encodeURIComponent(window.id)}`;
  const flagged = useQuery({
    queryKey: ['windows', 'flagged lines', window.id],
    queryFn: async ({ signal }) => {
      const events = await get<Page<FlaggedEvent>>(`${path}/events`, { limit: FLAGGED }, signal);
      const ids = [...new Set(events.items.map((event) => event.record).filter((id) => id !== null))];
      const { items } =
        ids.length === 0 ? { items: [] } : await get<Page<StoredRecord>>('/records', { id: ids }, signal);
      return { events: events.items, records: inOrder(items), more: events.cursor !== null };
    },
    staleTime: 30_000,
  });
  const marks = useMemo(
    () =>
      new Map(
        (flagged.data?.events ?? []).flatMap((event) =>
          event.record === null
            ? []
            : [[event.record, { severity: event.severity, reason: reasonOf(event.detail) }] as const],
        ),
      ),
    [flagged.data],
  );
  const searching = mode === 'all' || text !== '';
  const all = usePages<StoredRecord>('windows', searching ? `${path}/records` : null, { text }, 200);
  const found = useMemo(() => inOrder(all.items), [all.items]);
  return (
    <section className="window-lines">
      <div className="lines-head">
        <h3>Raw lines</h3>
        <button type="button" aria-pressed={mode === 'flagged'} onClick={() => setMode('flagged')}>
          Flagged
        </button>
        <button type="button" aria-pressed={mode === 'all'} onClick={() => setMode('all')}>
          All
        </button>
        <input
          type="search"
          data-search
          placeholder="Search these lines"
          aria-label="Search these lines"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <span className="faint">
          <kbd>r</kbd> to read
        </span>
      </div>
      {searching ? (
        <Await query={all} what="lines">
          {() => (
            <>
              {all.hasNextPage && (
                <button type="button" onClick={() => void all.fetchNextPage()}>
                  Earlier lines
                </button>
              )}
              {found.length === 0 ? (
                <Empty title={text === '' ? 'No lines are stored for this time' : 'No line has this text'} />
              ) : (
                <Lines label={`Raw lines, ${plural(found.length, 'line')}`} records={found} flagged={marks} />
              )}
            </>
          )}
        </Await>
      ) : (
        <Await query={flagged} what="lines">
          {({ records, more }) =>
            records.length === 0 ? (
              <Empty title="The flagged lines are no longer stored">Retention has removed them.</Empty>
            ) : (
              <>
                <Lines
                  label={`Flagged raw lines, ${plural(records.length, 'line')}`}
                  records={records}
                  flagged={marks}
                />
                {more && <p className="faint">The latest {FLAGGED} flagged events. “All” has every line.</p>}
              </>
            )
          }
        </Await>
      )}
    </section>
  );
}

// --- internal ---

/** As many ids as one query takes. */
const FLAGGED = 100;

function inOrder(records: readonly StoredRecord[]): readonly StoredRecord[] {
  return [...records].sort((a, b) => a.time - b.time || a.id - b.id);
}
