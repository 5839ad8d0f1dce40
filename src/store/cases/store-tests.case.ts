import type { StoreOptions } from '../open-store.ts';
import type { Store } from '../store.ts';

/** A store under test and the clock that it goes by. */
export interface TestStore {
  readonly store: Store;
  readonly clock: { now: number };
}

/** What the cases get. */
export interface StoreTests {
  /** Opens the store of an empty database, closed at the end of the suite. */
  fresh(options?: StoreOptions): Promise<TestStore>;
  /** The URL of an empty database. */
  url(): Promise<string>;
}

/** All items of all pages, and how many pages there were. */
export async function everyPage<T>(
  page: (cursor: string | null) => Promise<{ readonly items: readonly T[]; readonly cursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = null, pages = 0; pages < 1000; pages++) {
    const next = await page(cursor);
    items.push(...next.items);
    cursor = next.cursor;
    if (cursor === null) return items;
  }
  throw new Error('the pages do not end');
}
