import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceSet } from '../types.ts';
import { sequencesOf } from './sequences.ts';
import { BEGIN, buildVocabulary, END, UNKNOWN } from './vocabulary.ts';
import { slidingWindows } from './windows.ts';

/** Slow reference: every window as a string, in row order. */
function plainWindows(set: SequenceSet, codes: Int32Array, size: number): string[] {
  const rows: string[] = [];
  for (let s = 0; s < set.count; s++) {
    const keys = [...set.keys.subarray(set.offsets[s], set.offsets[s + 1])].map((key) => codes[key] ?? UNKNOWN);
    if (set.closed[s]) keys.push(END);
    const padded = [...Array<number>(size).fill(BEGIN), ...keys];
    keys.forEach((_, i) => {
      rows.push(padded.slice(i, i + size + 1).join(' '));
    });
  }
  return rows;
}

describe('slidingWindows', () => {
  it('gives back exactly the plain windows, with multiplicities that add up', () => {
    const keys = fc.array(fc.array(fc.integer({ min: 0, max: 3 }).map(String), { maxLength: 12 }), { maxLength: 8 });
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 5 }), fc.boolean(), (lists, size, closed) => {
        const set = sequencesOf(lists, { closed });
        const codes = buildVocabulary(set).encode(set.keyNames);
        const windows = slidingWindows(set, codes, size);
        const unique = Array.from({ length: windows.count }, (_, w) =>
          [...windows.history.subarray(w * size, (w + 1) * size), windows.next[w]].join(' '),
        );
        expect(new Set(unique).size).toBe(windows.count);
        expect([...windows.windowOf].map((w) => unique[w])).toEqual(plainWindows(set, codes, size));
        expect(windows.weight.reduce((sum, weight) => sum + weight, 0)).toBe(windows.windowOf.length);
      }),
    );
  });

  it('keeps every window when there are many more than the table begins with', () => {
    const lists = Array.from({ length: 3000 }, (_, i) => [`a${i % 61}`, `b${i % 53}`, `c${i}`]);
    const set = sequencesOf(lists);
    const codes = buildVocabulary(set).encode(set.keyNames);
    const windows = slidingWindows(set, codes, 3);
    expect(windows.count).toBe(new Set(plainWindows(set, codes, 3)).size);
  });
});
