import { useMemo, useState } from 'react';
import { usePages } from '../../api/queries.ts';
import type { StoredTemplate } from '../../api/types.ts';
import { brief, date } from '../../app/format.ts';
import { useKeys } from '../../app/keys.ts';
import { patchSearch, usePlace } from '../../app/place.ts';
import { useCursor } from '../../ui/cursor.ts';
import { RowList } from '../../ui/row-list.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { TemplateText } from '../../ui/text.tsx';
import { TemplateDetail } from './template-detail.tsx';

/** The kinds of line there are, and what each held in its variable places. */
export function TemplatesView() {
  const { search } = usePlace();
  const opened = search.get('template');
  const [text, setText] = useState('');
  const pages = usePages<StoredTemplate>('templates', '/templates', { text }, 200);
  const { items } = pages;
  const ids = useMemo(() => items.map((template) => template.id), [items]);
  const cursor = useCursor(ids, opened);
  const open = (id: string | null): void => patchSearch({ template: id });
  const move = (by: number): void => {
    cursor.move(by);
    const next = ids[Math.min(ids.length - 1, Math.max(0, cursor.index + by))];
    if (opened !== null && next !== undefined) open(next);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => open(cursor.id),
    Escape: () => open(null),
  });
  return (
    <div className="split">
      <section className="split-list" aria-label="Templates">
        <div className="toolbar">
          <input
            type="search"
            data-search
            placeholder="Search templates  ( / )"
            aria-label="Search templates"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Await query={pages} what="templates">
          {() =>
            items.length === 0 ? (
              <Empty title={text === '' ? 'No template was learned yet' : 'No template has this text'} />
            ) : (
              <RowList
                label="Templates"
                items={items}
                idOf={(template) => template.id}
                height={46}
                cursor={cursor}
                open={(template) => open(template.id)}
                more={pages.hasNextPage && !pages.isFetchingNextPage ? () => void pages.fetchNextPage() : undefined}
                row={(template) => (
                  <div className="template-row">
                    <span className="num right">{brief(template.count)}</span>
                    <span className="template-row-text">
                      <TemplateText>{template.text}</TemplateText>
                    </span>
                    <span className="faint num">{date(template.firstSeen)}</span>
                  </div>
                )}
              />
            )
          }
        </Await>
      </section>
      {opened === null ? (
        <div className="split-detail split-detail-empty">
          <Empty title="No template is open">
            <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens
          </Empty>
        </div>
      ) : (
        <TemplateDetail key={opened} id={opened} close={() => open(null)} />
      )}
    </div>
  );
}
