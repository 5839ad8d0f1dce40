import { describe, expect, it } from 'vitest';
import {
  createLiveWindows,
  type FlaggedLine,
  type LiveFact,
  type LiveWindows,
  type WindowChange,
} from './live-windows.ts';

const BEGIN = Date.UTC(2026, 3, 20);
const MINUTE = 60_000;

const line = (time: number, offset: number): FlaggedLine => ({
  ...{ time, host: 'web', severity: 'HIGH', entities: [{ kind: 'user', value: 'mallory' }] },
  source: { id: 1, name: 'log', generation: 'g' },
  line: { line: offset, offset, length: 10, text: `line ${offset}` },
});
const fact = (name: string, surprise = 6): LiveFact => ({ channel: 'sequence', name, surprise, text: name });
const create = (from?: ReturnType<LiveWindows['snapshot']>): LiveWindows =>
  createLiveWindows({ reach: MINUTE, gap: MINUTE, from });
const told = (changes: readonly WindowChange[]) => changes.map(({ kind, window }) => [kind, window.id, window.state]);

describe('live windows', () => {
  it('keep their id while they grow, until they close', () => {
    const windows = create();
    const [opened] = windows.push(line(BEGIN, 10), [fact('a')]);
    const id = opened?.window.id ?? '';
    expect(opened).toMatchObject({ kind: 'open', window: { state: 'open', lines: { first: 10, last: 10 } } });
    expect(windows.open).toBe(id);
    windows.push(line(BEGIN + 1000, 11), [fact('b')]);
    const grown = windows.tick(BEGIN + 1000).at(-1);
    expect(grown).toMatchObject({ kind: 'extend', window: { id, lines: { first: 10, last: 11 } } });
    const closed = windows.pass(BEGIN + 24 * 3_600_000);
    expect(told(closed)).toEqual([['close', id, 'closed']]);
    expect(windows.open).toBeNull();
    expect(windows.push(line(BEGIN + 25 * 3_600_000, 12), [fact('a')])[0]?.window.id).not.toBe(id);
  });

  it('go on after a snapshot as if nothing had been, wherever it was taken', () => {
    const events = Array.from({ length: 40 }, (_, i) => line(BEGIN + i * 20_000 + (i > 20 ? 3_600_000 : 0), i));
    const facts = (i: number): LiveFact[] => [
      fact(`f${i % 7}`, 2 + (i % 5)),
      { ...fact(`q${i % 3}`, 3), channel: 'quantity' },
    ];
    const feed = (windows: LiveWindows, from: number, to: number): unknown[] =>
      events.slice(from, to).flatMap((event, i) => {
        const changes = windows.push(event, facts(from + i));
        return [...changes, ...windows.tick(event.time), [windows.open, windows.channels]];
      });
    const whole = feed(create(), 0, 40);
    for (let cut = 1; cut < 40; cut++) {
      const first = create();
      const before = feed(first, 0, cut);
      const second = create(structuredClone(first.snapshot()));
      expect([...before, ...feed(second, cut, 40)]).toEqual(whole);
    }
  });

  it('are not dated by time that passed without events', () => {
    const windows = create();
    windows.tick(BEGIN + 24 * 3_600_000);
    expect(windows.push(line(BEGIN, 1), [fact('a')])[0]?.window).toMatchObject({ end: expect.closeTo(BEGIN, -7) });
  });

  it('end when the clock is set back, and begin anew', () => {
    const windows = create();
    const id = windows.push(line(BEGIN + 24 * 3_600_000, 1), [fact('a')])[0]?.window.id;
    expect(told(windows.restart())).toEqual([['close', id, 'closed']]);
    const [next] = windows.push(line(BEGIN, 2), [fact('a')]);
    expect(next).toMatchObject({ kind: 'open', window: { start: BEGIN - MINUTE } });
    expect(next?.window.end).toBeGreaterThan(BEGIN);
  });
});
