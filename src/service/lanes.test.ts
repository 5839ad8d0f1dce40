import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, nextTurn, turnsUntil } from '../../test/support/manual-clock.ts';
import { workspace } from '../../test/support/workspace.ts';
import { openStore, type Store } from '../store/index.ts';
import type { Feed, FeedItem, LiveSource } from '../stream/index.ts';
import { type Lanes, openLanes } from './lanes.ts';

const { path } = workspace();
const clock = createManualClock();
let stores = 0;
let store: Store;
beforeEach(async () => {
  store = await openStore(path(`${++stores}.db`));
});
afterEach(() => store.close());

const lines = (count: number): FeedItem => ({ type: 'lines', count, position: {} }) as unknown as FeedItem;
const notice = (): FeedItem => ({ type: 'notice', notice: { type: 'stopped' }, position: {} }) as unknown as FeedItem;

/** A source that gives these one after the other, and what was asked of it. */
function sourceOf(name: string, items: (FeedItem | Error)[]): LiveSource & { readonly given: number; closed: boolean } {
  let given = 0;
  let closed = false;
  const feed = {
    next: async () => {
      const item = items[given];
      if (item instanceof Error) throw item;
      if (item === undefined) return null;
      given++;
      return item;
    },
    stop: async () => {},
    close: async () => {
      closed = true;
    },
    counts: () => ({}),
  } as unknown as Feed;
  return {
    ...{ kind: 'file', name, open: async () => feed },
    get given() {
      return given;
    },
    get closed() {
      return closed;
    },
  };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await nextTurn();
};
const drain = async (lanes: Lanes): Promise<number> => {
  let count = 0;
  while (!lanes.over)
    for (const { item } of await lanes.next(1000, 1000)) count += item.type === 'lines' ? item.count : 0;
  return count;
};

describe('what is read ahead', () => {
  it('is bounded by lines, and goes on when there is room', async () => {
    const source = sourceOf(
      'log',
      Array.from({ length: 100 }, () => lines(1000)),
    );
    const lanes = await openLanes([source], store, clock);
    await settled();
    expect(lanes.waitingLines).toBeGreaterThan(30_000);
    expect(lanes.waitingLines).toBeLessThanOrEqual(33_000);
    const before = source.given;
    await settled();
    expect(source.given).toBe(before);
    expect(await drain(lanes)).toBe(100_000);
    expect(lanes.waitingLines).toBe(0);
  });

  it('is bounded by notices as well', async () => {
    const source = sourceOf('udp', Array.from({ length: 50_000 }, notice));
    const lanes = await openLanes([source], store, clock);
    await turnsUntil(() => source.given >= 4096);
    await settled();
    expect(source.given).toBe(4096);
    await drain(lanes);
    expect(source.given).toBe(50_000);
  });
});

describe('what comes next', () => {
  it('is at most as many lines as are asked for, but one item at least', async () => {
    const lanes = await openLanes(
      [sourceOf('log', [lines(5000), lines(300), lines(300), notice(), lines(500)])],
      store,
      clock,
    );
    const counts: number[][] = [];
    await settled();
    while (!lanes.over) {
      const taken = await lanes.next(1000, 1000);
      counts.push(taken.map(({ item }) => (item.type === 'lines' ? item.count : 0)));
    }
    expect(counts.filter(({ length }) => length > 0)).toEqual([[5000], [300, 300, 0], [500]]);
  });

  it('is nothing after the time that one would wait', async () => {
    const silent = {
      ...sourceOf('log', []),
      open: async () => ({ next: () => new Promise(() => {}) }) as unknown as Feed,
    };
    const lanes = await openLanes([silent], store, clock);
    expect(await clock.until(lanes.next(1000, 1000))).toEqual([]);
    expect(lanes.over).toBe(false);
  });
});

describe('a source that breaks', () => {
  it('is told by its lane, and the others go on', async () => {
    const broken = sourceOf('broken', [lines(1), new Error('it broke')]);
    const lanes = await openLanes([broken, sourceOf('whole', [lines(10), lines(10)])], store, clock);
    expect(await drain(lanes)).toBe(21);
    expect(lanes.lanes.map(({ error }) => error)).toEqual(['it broke', null]);
  });

  it('while it is opened closes those that were open', async () => {
    const open = sourceOf('open', [lines(1)]);
    const broken = { ...sourceOf('broken', []), open: () => Promise.reject(new Error('no port')) };
    await expect(openLanes([open, broken], store, clock)).rejects.toThrow('no port');
    expect(open.closed).toBe(true);
  });
});
