import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flag } from './bursts.ts';
import { createRealtime, type Emission, type FlagStream } from './realtime.ts';

const MINUTE = 60_000;
const stream = (name: string): FlagStream => ({ name, channel: name, gap: 2 * MINUTE });
const flag = (time: number, options: Partial<Flag> = {}): Flag => ({
  row: 0,
  time,
  surprise: 5,
  fact: 0,
  text: '',
  host: 0,
  ...options,
});
const options = { reach: 30_000, solo: 4 };
/** Emissions that are known at `until`. */
function replay(flags: readonly Flag[], until = Number.POSITIVE_INFINITY): Emission[] {
  const realtime = createRealtime(options);
  const emitted = flags.filter(({ time }) => time <= until).flatMap((each) => realtime.push(stream('a'), each));
  return [...emitted, ...realtime.tick(until)];
}

describe('delineation in real time', () => {
  it('opens with the past in reach, extends, and closes when its time has passed', () => {
    const realtime = createRealtime(options);
    expect(realtime.push(stream('a'), flag(10 * MINUTE))).toMatchObject([
      { kind: 'open', at: 10 * MINUTE, start: 10 * MINUTE - 30_000, end: 10 * MINUTE + 30_000 },
    ]);
    expect(realtime.push(stream('b'), flag(10 * MINUTE + 20_000))).toMatchObject([
      { kind: 'extend', channels: ['a', 'b'] },
    ]);
    expect(realtime.tick(10 * MINUTE + 50_000)).toEqual([]);
    expect(realtime.tick(10 * MINUTE + 51_000)).toMatchObject([{ kind: 'close', end: 10 * MINUTE + 50_000 }]);
    expect(realtime.open).toBeUndefined();
  });

  it('keeps what nothing confirms as a lead', () => {
    const realtime = createRealtime(options);
    expect(realtime.push(stream('a'), flag(0, { surprise: 3 }))).toEqual([]);
    expect([realtime.windows().length, realtime.leads().length]).toEqual([0, 1]);
  });

  it('is opened by two channels that are weak alone', () => {
    const realtime = createRealtime(options);
    realtime.push(stream('a'), flag(0, { surprise: 3 }));
    expect(realtime.push(stream('b'), flag(1000, { surprise: 3 }))).toMatchObject([{ kind: 'open', start: -30_000 }]);
    expect(realtime.windows()[0]?.channels.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('never overlaps a window that is closed', () => {
    const times = [0, MINUTE, 100 * 1000, 3 * MINUTE];
    const emitted = replay(times.map((time) => flag(time)));
    const windows = emitted.filter(({ kind }) => kind === 'close');
    const opens = emitted.filter(({ kind }) => kind === 'open');
    opens.slice(1).forEach((open, i) => {
      expect(open.start).toBeGreaterThanOrEqual(windows[i]?.end ?? Number.NaN);
    });
  });

  it('says of a prefix exactly what it says of the whole up to there', () => {
    const flags = fc.array(
      fc.record({
        time: fc.integer({ min: 0, max: 60 * MINUTE }),
        surprise: fc.double({ min: 2.3, max: 6, noNaN: true }),
        fact: fc.integer({ min: 0, max: 5 }),
        host: fc.integer({ min: 0, max: 2 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(flags, fc.integer({ min: 0, max: 60 * MINUTE }), (list, until) => {
        const sorted = list.map((own, row) => flag(own.time, { ...own, row })).sort((a, b) => a.time - b.time);
        const known = replay(sorted).filter(({ at }) => at < until);
        expect(replay(sorted, until).filter(({ at }) => at < until)).toEqual(known);
      }),
    );
  });

  it('keeps the start of a window from the moment it opens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 * MINUTE }), { maxLength: 40 }), (times) => {
        const starts = new Map<number, number>();
        for (const { window, start } of replay(times.sort((a, b) => a - b).map((time) => flag(time)))) {
          expect(starts.get(window) ?? start).toBe(start);
          starts.set(window, start);
        }
      }),
    );
  });

  it('is held open for longer than it reaches', () => {
    const realtime = createRealtime({ ...options, hold: 5 * MINUTE });
    for (const time of [0, 4 * MINUTE, 8 * MINUTE]) realtime.push(stream('a'), flag(time));
    expect(realtime.tick(13 * MINUTE)).toEqual([]);
    expect(realtime.tick(13 * MINUTE + 1)).toMatchObject([{ kind: 'close', start: -30_000, end: 8 * MINUTE + 30_000 }]);
  });

  it('begins another window where one grows too long', () => {
    const realtime = createRealtime({ ...options, longest: 10 * MINUTE });
    const emitted = Array.from({ length: 60 }, (_, i) => i * 25_000).flatMap((time) =>
      realtime.push(stream('a'), flag(time)),
    );
    expect(emitted.filter(({ kind }) => kind !== 'extend').map(({ kind }) => kind)).toEqual([
      'open',
      'close',
      'open',
      'close',
      'open',
    ]);
    const windows = realtime.windows();
    for (const { start, end } of windows) expect(end - start).toBeLessThanOrEqual(11 * MINUTE);
    windows.slice(1).forEach(({ start }, i) => {
      expect(start).toBeGreaterThanOrEqual(windows[i]?.end ?? Number.NaN);
    });
  });

  it('goes on from a snapshot as if it had never stopped, and holds no more than it must', () => {
    const flags = fc.array(
      fc.record({
        time: fc.integer({ min: 0, max: 30 * MINUTE }),
        surprise: fc.double({ min: 2, max: 5, noNaN: true }),
        fact: fc.integer({ min: 0, max: 3 }),
        host: fc.integer({ min: 0, max: 2 }),
        name: fc.constantFrom('a', 'b'),
      }),
    );
    fc.assert(
      fc.property(flags, fc.nat(40), (drawn, cut) => {
        const sorted = drawn.sort((a, b) => a.time - b.time);
        const run = (interrupt: boolean): Emission[] => {
          let realtime = createRealtime(options);
          const emitted: Emission[] = [];
          sorted.forEach(({ name, ...each }, i) => {
            if (interrupt && i === cut) {
              realtime.forget(each.time - 15 * MINUTE);
              realtime = createRealtime({ ...options, from: JSON.parse(JSON.stringify(realtime.snapshot())) });
            }
            emitted.push(...realtime.push(stream(name), flag(each.time, each)));
          });
          return [...emitted, ...realtime.tick(Number.POSITIVE_INFINITY)];
        };
        expect(run(true)).toEqual(run(false));
      }),
    );
    const realtime = createRealtime({ ...options, keptFlags: 3 });
    for (let i = 0; i < 100; i++) realtime.push(stream('a'), flag(i * 10 * MINUTE));
    for (let i = 0; i < 100; i++) realtime.push(stream('a'), flag(1001 * MINUTE + i));
    realtime.forget(1000 * MINUTE);
    const { bursts, windows } = realtime.snapshot();
    expect([bursts.length, windows.length, bursts[0]?.flags.length]).toEqual([1, 1, 3]);
  });
});
