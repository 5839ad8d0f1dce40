import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import type { Cursor } from './cursor.ts';

/**
 * A long list of which only what is seen is in the page. The row under the cursor stays
 * where it is on the screen when rows come in above it.
 *
 * @param props.height height of a row, in pixels
 */
export function RowList<T>(props: {
  readonly label: string;
  readonly items: readonly T[];
  readonly idOf: (item: T) => string;
  readonly height: number;
  readonly cursor: Cursor;
  readonly open?: ((item: T) => void) | undefined;
  readonly selected?: ReadonlySet<string>;
  readonly row: (item: T, index: number) => ReactNode;
  readonly rowClass?: (item: T) => string;
  /** Asks for the next page. */
  readonly more?: (() => void) | undefined;
  readonly className?: string;
}) {
  const { items, idOf, height, cursor, more } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: Math.ceil(OVERSCAN / height),
  });
  const rows = virtual.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? -1;
  useEffect(() => {
    if (more && lastShown >= items.length - 20) more();
  }, [more, lastShown, items.length]);

  // Same row, another index: what came in above pushed it down, so the page goes with it.
  const before = useRef({ id: cursor.id, index: cursor.index });
  useLayoutEffect(() => {
    const { id, index } = before.current;
    before.current = { id: cursor.id, index: cursor.index };
    const element = scroller.current;
    if (element === null || cursor.index < 0) return;
    if (id === cursor.id && index !== cursor.index && index >= 0) {
      if (element.scrollTop > 0 || index > 0) element.scrollTop += (cursor.index - index) * height;
    } else if (id !== cursor.id) {
      virtual.scrollToIndex(cursor.index, { align: 'auto' });
    }
  }, [cursor.id, cursor.index, height, virtual]);

  const optionId = (id: string): string => `${props.label.replaceAll(' ', '-')}-${id}`;
  return (
    <div
      ref={scroller}
      className={`rows ${props.className ?? ''}`}
      role="listbox"
      aria-label={props.label}
      aria-multiselectable={props.selected !== undefined}
      aria-activedescendant={
        cursor.id !== null && rows.some((row) => row.index === cursor.index) ? optionId(cursor.id) : undefined
      }
      tabIndex={0}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {rows.map(({ index, start }) => {
          const item = items[index] as T;
          const id = idOf(item);
          const classes = ['row', props.rowClass?.(item) ?? '', id === cursor.id ? 'row-cursor' : ''];
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself takes the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names its active row
            <div
              key={id}
              id={optionId(id)}
              role="option"
              aria-selected={props.selected?.has(id) ?? id === cursor.id}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              className={classes.join(' ')}
              style={{ position: 'absolute', top: 0, left: 0, right: 0, height, transform: `translateY(${start}px)` }}
              onClick={() => {
                cursor.set(id);
                props.open?.(item);
              }}
            >
              {props.row(item, index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

// --- internal ---

/** Pixels of rows kept ready beyond what is seen. */
const OVERSCAN = 420;
