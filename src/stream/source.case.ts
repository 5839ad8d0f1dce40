import { afterEach, describe, expect, test } from 'vitest';
import { type ManualClock, nextTurn } from '../../test/support/manual-clock.ts';
import { createRng } from '../util/rng.ts';
import type { Delivery, Feed, FeedItem, Notice, Position } from './index.ts';

/** What a source promises, and a world in which it runs. */
export interface SourceCase {
  readonly name: string;
  /** After a kill: every line once in effect, or lines may be missing and a gap says so. */
  readonly afterKill: 'once' | 'gap';
  /** When nobody consumes: the sender waits, or lines are dropped and counted. */
  readonly whenFull: 'waits' | 'drops';
  /** Lines have the address of who sent them. */
  readonly peers: boolean;
  /** It ends with its input and cannot be opened again. */
  readonly endsWithInput?: true;
  begin(): SourceWorld;
}

/** Bounds that the suite sets. */
export interface CaseBounds {
  readonly lineLimit?: number;
  readonly queueLines?: number;
}

/** A sender and the source that it sends to. */
export interface SourceWorld {
  readonly clock: ManualClock;
  open(position: Position | null, bounds?: CaseBounds): Promise<Feed>;
  /** Sends lines, each with its line end, to the feed that was opened last. Where the sender is answered, the answer is not waited for. */
  send(lines: readonly (string | Uint8Array)[]): Promise<void>;
  /** Sends again whatever was not answered, as a good sender does. */
  resend?(): Promise<void>;
  /** The next item, with the clock going on where the source needs it. */
  next(feed: Feed): Promise<FeedItem | null>;
  end(): Promise<void>;
}

/** Reads a feed until it has given `count` lines, settling what it is told to. */
export async function takeLines(
  world: Pick<SourceWorld, 'next'>,
  feed: Feed,
  count: number,
  settle: 'done' | 'leave' = 'done',
): Promise<{ lines: string[]; deliveries: Delivery[]; notices: Notice[] }> {
  const lines: string[] = [];
  const deliveries: Delivery[] = [];
  const notices: Notice[] = [];
  while (lines.length < count) {
    const item = await world.next(feed);
    if (item === null) break;
    if (item.type === 'lines') {
      lines.push(...linesOf(item));
      deliveries.push(item);
    } else notices.push(item.notice);
    if (settle === 'done') item.done();
  }
  return { lines, deliveries, notices };
}

export function linesOf({ bytes, starts, ends }: Delivery): string[] {
  return Array.from(starts, (start, i) => Buffer.from(bytes.subarray(start, ends[i])).toString('latin1'));
}

/** The conformance suite of `LiveSource`: what a consumer may rely on whatever the lines come through. */
export function sourceCases({ name, afterKill, whenFull, peers, endsWithInput, begin }: SourceCase): void {
  const worlds: SourceWorld[] = [];
  /** `test` for what can be opened again. */
  const testReopening: typeof test | (() => void) = endsWithInput ? () => {} : test;
  const start = (): SourceWorld => {
    const world = begin();
    worlds.push(world);
    return world;
  };
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.end();
  });

  describe(`${name} as a live source`, () => {
    test('gives lines in the order in which they were sent, without their line ends', async () => {
      const world = start();
      const feed = await world.open(null);
      await world.send(['one', '', '<34>1 three']);
      await world.send(['four\r']);
      const { lines } = await takeLines(world, feed, 4);
      expect(lines).toEqual(['one', '', '<34>1 three', 'four']);
      expect(feed.counts()).toMatchObject({ lines: 4, waitingLines: 0, waitingBytes: 0, partialLines: 0 });
    });

    test('says of each line where it stands, when it came and from whom', async () => {
      const world = start();
      const feed = await world.open(null);
      const before = world.clock.now();
      await world.send(['one', 'two', 'three']);
      const { deliveries } = await takeLines(world, feed, 3);
      let line = 1;
      let offset = -1;
      for (const delivery of deliveries) {
        expect(delivery.firstLine).toBe(line);
        expect(delivery.generation).toMatch(/^[0-9a-f]{16}$/);
        line += delivery.count;
        for (let i = 0; i < delivery.count; i++) {
          expect(delivery.offsets[i]).toBeGreaterThan(offset);
          offset = delivery.offsets[i] ?? 0;
          expect(delivery.received[i]).toBeGreaterThanOrEqual(before);
          expect(delivery.peers[delivery.peer[i] ?? -1]).toBe(peers ? '127.0.0.1' : undefined);
          expect(delivery.lengths[i]).toBe((delivery.ends[i] ?? 0) - (delivery.starts[i] ?? 0));
        }
        expect(JSON.parse(JSON.stringify(delivery.position))).toEqual(delivery.position);
      }
    });

    testReopening('goes on after a position: nothing before it comes again, and numbers go on', async () => {
      const world = start();
      const feed = await world.open(null);
      await world.send(['one', 'two']);
      const first = await takeLines(world, feed, 2);
      const position = JSON.parse(JSON.stringify(first.deliveries.at(-1)?.position));
      await feed.close();
      const again = await world.open(position);
      await world.resend?.();
      await world.send(['three']);
      const { lines, deliveries } = await takeLines(world, again, 1);
      expect(lines).toEqual(['three']);
      expect(deliveries[0]?.firstLine).toBe(3);
    });

    testReopening(
      afterKill === 'once'
        ? 'after a kill gives what was not committed, once'
        : 'after a kill tells of a gap since the last commit, and doubles nothing',
      async () => {
        const world = start();
        const feed = await world.open(null);
        await world.send(['one', 'two']);
        const committed = await takeLines(world, feed, 2);
        const since = world.clock.now();
        world.clock.advance(1000);
        await world.send(['three']);
        await takeLines(world, feed, 1, 'leave');
        await feed.close();
        world.clock.advance(1000);
        const again = await world.open(committed.deliveries.at(-1)?.position ?? null);
        await world.resend?.();
        await world.send(['four']);
        const { lines, notices } = await takeLines(world, again, afterKill === 'once' ? 2 : 1);
        if (afterKill === 'once') {
          expect(lines).toEqual(['three', 'four']);
          expect(again.counts().gaps).toBe(0);
        } else {
          expect(lines).toEqual(['four']);
          expect(notices[0]).toEqual({ type: 'gap', reason: 'killed', since, until: since + 2000 });
          expect(again.counts().gaps).toBe(1);
        }
      },
    );

    test('gives again what failed, and everything handed out after it', async () => {
      const world = start();
      const feed = await world.open(null);
      await world.send(['one']);
      await takeLines(world, feed, 1);
      await world.send(['two']);
      const two = await takeLines(world, feed, 1, 'leave');
      await world.send(['three']);
      const three = await takeLines(world, feed, 1, 'leave');
      two.deliveries[0]?.failed(new Error('the database is gone'));
      expect(() => three.deliveries.at(-1)?.done()).toThrow(/comes? again/);
      await world.resend?.();
      await world.send(['four']);
      const { lines, deliveries } = await takeLines(world, feed, 3);
      expect(lines).toEqual(['two', 'three', 'four']);
      expect(deliveries[0]?.firstLine).toBe(2);
      expect(feed.counts()).toMatchObject({ waitingLines: 0, waitingBytes: 0 });
    });

    test('settles an item with all before it', async () => {
      const world = start();
      const feed = await world.open(null);
      await world.send(['one']);
      const one = await takeLines(world, feed, 1, 'leave');
      await world.send(['two']);
      const two = await takeLines(world, feed, 1, 'leave');
      two.deliveries.at(-1)?.done();
      one.deliveries[0]?.failed(new Error('too late'));
      await world.send(['three']);
      expect((await takeLines(world, feed, 1)).lines).toEqual(['three']);
    });

    test('keeps NUL bytes and invalid UTF-8 as they are, and counts them', async () => {
      const world = start();
      const feed = await world.open(null);
      await world.send([Uint8Array.of(0x61, 0x00, 0x62), Uint8Array.of(0x61, 0xff, 0x62), 'clean']);
      expect((await takeLines(world, feed, 3)).lines).toEqual(['a\0b', 'a\xffb', 'clean']);
      expect(feed.counts()).toMatchObject({ nulLines: 1, invalidUtf8Lines: 1 });
    });

    test('cuts a line at the bound, at a whole character, and says how long it was', async () => {
      const world = start();
      const feed = await world.open(null, { lineLimit: 64 });
      await world.send([Buffer.from(`${'x'.repeat(63)}\u00e9${'y'.repeat(1000)}`), 'next', 'z'.repeat(64)]);
      const { lines, deliveries } = await takeLines(world, feed, 3);
      expect(lines).toEqual(['x'.repeat(63), 'next', 'z'.repeat(64)]);
      expect(deliveries.flatMap(({ lengths }) => [...lengths])).toEqual([1065, 4, 64]);
      expect(feed.counts()).toMatchObject({ cutLines: 1, cutBytes: 1002, invalidUtf8Lines: 0 });
    });

    testReopening('keeps its promise under a random schedule of faults', async () => {
      const rng = createRng(7);
      const world = start();
      let position: Position | null = null;
      let feed = await world.open(null);
      let held: FeedItem[] = [];
      let sent = 0;
      const committed: string[] = [];
      /** How many lines were committed before each gap. */
      const gaps = new Set<number>();
      let kills = 0;
      const take = async (): Promise<void> => {
        for (let turn = 0; turn < 5; turn++) await nextTurn();
        const waiting = feed.counts();
        // Only where something waits, or the wait would have no end.
        if (afterKill === 'gap' && waiting.waitingLines === held.reduce((n, item) => n + countOf(item), 0)) return;
        if (afterKill === 'once' && sent === committed.length + held.reduce((n, item) => n + countOf(item), 0)) return;
        const item = await world.next(feed);
        if (item) held.push(item);
      };
      const commit = (): void => {
        for (const item of held) {
          position = JSON.parse(JSON.stringify(item.position));
          if (item.type === 'lines') committed.push(...linesOf(item));
          else if (item.notice.type === 'gap') gaps.add(committed.length);
          item.done();
        }
        held = [];
      };
      const steps = {
        send: async () => {
          const lines = Array.from({ length: 1 + rng.int(5) }, () => `line ${sent++}`);
          await world.send(lines);
        },
        take,
        commit,
        fail: async () => {
          held[0]?.failed(new Error('the database is gone'));
          held = [];
          await world.resend?.();
        },
        kill: async () => {
          // A source that was never committed begins anew, and knows of no gap.
          commit();
          if (position === null) return;
          await steps.send();
          await take();
          held = [];
          await feed.close();
          kills++;
          feed = await world.open(position);
          await world.resend?.();
        },
      };
      const names = ['send', 'send', 'send', 'take', 'take', 'take', 'commit', 'fail', 'kill'] as const;
      for (let step = 0; step < 200; step++) await steps[rng.pick(names)]();
      await world.send(['the end']);
      sent++;
      while (!committed.includes('the end') || (afterKill === 'once' && committed.length < sent)) {
        const item = await world.next(feed);
        if (item) held.push(item);
        commit();
      }
      expect(kills).toBeGreaterThan(5);
      expect(new Set(committed).size).toBe(committed.length);
      const all = [...Array.from({ length: sent - 1 }, (_, i) => `line ${i}`), 'the end'];
      if (afterKill === 'once') expect(committed.toSorted()).toEqual(all.toSorted());
      else {
        // Nothing changes its place, and wherever something is missing there is a gap.
        expect(committed).toEqual(all.filter((line) => committed.includes(line)));
        const places = committed.map((line) => all.indexOf(line));
        const missing = places.flatMap((at, i) => (at === (places[i - 1] ?? -1) + 1 ? [] : [i]));
        expect(missing.length).toBeGreaterThan(3);
        expect(missing.filter((place) => !gaps.has(place))).toEqual([]);
      }
    });

    test(
      whenFull === 'waits'
        ? 'takes no more than its bound while nobody consumes, and loses nothing'
        : 'drops what finds the queue full, and counts it',
      async () => {
        const world = start();
        const feed = await world.open(null, { queueLines: 10 });
        const sent = Array.from({ length: 400 }, (_, i) => `line ${i} ${'.'.repeat(2000)}`);
        const sending = (async () => {
          for (let at = 0; at < sent.length; at += 5) await world.send(sent.slice(at, at + 5));
        })();
        if (whenFull === 'drops') await sending;
        for (let turn = 0; turn < 50; turn++) await nextTurn();
        // One chunk of 64 KiB comes with every read.
        expect(feed.counts().waitingLines).toBeLessThanOrEqual(10 + 33);
        if (whenFull === 'waits') {
          const { lines } = await takeLines(world, feed, sent.length);
          expect(lines.map((line) => line.slice(0, 9))).toEqual(sent.map((line) => line.slice(0, 9)));
          await sending;
          expect(feed.counts()).toMatchObject({ lines: 400, droppedLines: 0, waitingLines: 0 });
        } else {
          const { lines } = await takeLines(world, feed, 10);
          const dropped = await world.next(feed);
          expect(lines).toEqual(sent.slice(0, 10));
          expect(dropped).toMatchObject({ notice: { type: 'drop', reason: 'queue-full', lines: 390 } });
          expect(feed.counts()).toMatchObject({ lines: 10, droppedLines: 390 });
          await world.send(['room again']);
          expect((await takeLines(world, feed, 1)).lines).toEqual(['room again']);
        }
      },
    );

    test('stops in good order: what was received comes, then nothing', async () => {
      const world = start();
      const feed = await world.open(null);
      await world.send(['one']);
      await takeLines(world, feed, 1);
      await world.send(['two']);
      await received(feed, 2, world);
      await feed.stop();
      let last: FeedItem | undefined;
      for (let item = await world.next(feed); item !== null; item = await world.next(feed)) {
        item.done();
        last = item;
      }
      expect(await world.next(feed)).toBeNull();
      if (endsWithInput) return;
      const again = await world.open(last?.position ?? null);
      await world.resend?.();
      await world.send(['three']);
      const { notices } = await takeLines(world, again, 1);
      const gaps = notices.filter(({ type }) => type === 'gap');
      expect(gaps).toMatchObject(afterKill === 'once' ? [] : [{ reason: 'stopped' }]);
    });

    test('ends a wait when it is closed, and may be closed twice', async () => {
      const world = start();
      const feed = await world.open(null);
      const waiting = (async () => {
        for (;;) {
          const item = await feed.next();
          if (item === null) return item;
        }
      })();
      await nextTurn();
      await feed.close();
      await feed.close();
      expect(await waiting).toBeNull();
      expect(await feed.next()).toBeNull();
    });

    test('has one consumer', async () => {
      const world = start();
      const feed = await world.open(null);
      const waiting = feed.next();
      expect(() => feed.next()).toThrow(/one consumer/);
      await feed.close();
      await waiting;
    });

    test('refuses the position of another kind of source', async () => {
      const world = start();
      await expect(world.open({ version: 1, kind: 'carrier-pigeon' })).rejects.toThrow(/is not one of a .* source/);
    });
  });
}

// --- internal ---

function countOf(item: FeedItem): number {
  return item.type === 'lines' ? item.count : 0;
}

/** Waits until a feed that takes lines in by itself has taken in so many. */
async function received(feed: Feed, lines: number, world: SourceWorld): Promise<void> {
  for (let turn = 0; turn < 1000 && feed.counts().lines < lines; turn++) await nextTurn();
  world.clock.advance(0);
}
