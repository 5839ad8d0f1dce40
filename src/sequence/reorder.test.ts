import { describe, expect, it } from 'vitest';
import type { SequenceSet } from '../types.ts';
import { reorderSequences } from './reorder.ts';
import { sequencesOf } from './sequences.ts';

const listsOf = ({ count, keys, offsets, keyNames }: SequenceSet): string[] =>
  Array.from({ length: count }, (_, s) =>
    Array.from(keys.subarray(offsets[s], offsets[s + 1]), (key) => keyNames[key]).join(' '),
  );
const setOf = (...lists: string[]): SequenceSet => sequencesOf(lists.map((list) => list.split(' ').filter(Boolean)));
const repeated = (times: number, list: string): string[] => Array.from({ length: times }, () => list);
const options = { copies: 3, swaps: 2, seed: 1 };

describe('reorderSequences', () => {
  it('keeps the sequences and puts copies with the same events behind them', () => {
    const set = setOf(...repeated(5, 'x a b y'), ...repeated(5, 'x b a y'), 'x', '', 'a b');
    const all = reorderSequences(set, options);
    expect(all.count).toBe(4 * set.count);
    expect(listsOf(all).slice(0, set.count)).toEqual(listsOf(set));
    const sorted = (list: string): string => list.split(' ').sort().join(' ');
    expect(listsOf(all).map(sorted)).toEqual([0, 1, 2, 3].flatMap(() => listsOf(set).map(sorted)));
  });

  it('makes no order that was never seen between the same neighbours', () => {
    const set = setOf('x a b y', 'z b a y', 'x a b z', 'x b', 'b a', 'a b a');
    expect(listsOf(reorderSequences(set, { ...options, swaps: 20 }))).toEqual([0, 1, 2, 3].flatMap(() => listsOf(set)));
  });

  it('makes whole orders that were never seen of parts that were', () => {
    const set = setOf('a b m c d', 'b a m c d', 'a b m d c');
    expect(listsOf(reorderSequences(set, { ...options, copies: 20 }))).toContain('b a m d c');
  });

  it('leaves each order about as common as it is', () => {
    const set = setOf(...repeated(900, 'x a b y'), ...repeated(100, 'x b a y'));
    const copies = listsOf(reorderSequences(set, { copies: 10, swaps: 5, seed: 2 })).slice(set.count);
    expect(copies.filter((list) => list === 'x b a y').length / copies.length).toBeCloseTo(0.1, 1.5);
  });

  it('swaps the rows of the events with them, and depends on the seed alone', () => {
    const plain = setOf(...repeated(20, 'x a b y'), ...repeated(20, 'x b a y'));
    const set = { ...plain, events: Int32Array.from(plain.keys, (_, at) => 1000 + at) };
    const { keys, events } = reorderSequences(set, options);
    expect(Array.from(events ?? [], (event) => set.keys[event - 1000])).toEqual(Array.from(keys));
    expect(reorderSequences(set, options)).toEqual(reorderSequences(set, options));
    expect(reorderSequences(set, { ...options, seed: 3 })).not.toEqual(reorderSequences(set, options));
    expect(reorderSequences(set, { ...options, copies: 0 })).toBe(set);
  });
});
