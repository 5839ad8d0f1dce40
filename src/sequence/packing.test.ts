import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEGIN, buildVocabulary, END, type PackedRows, packSequences, sequencesOf, uniqueSequences } from './index.ts';

const lists = fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }), { minLength: 1, maxLength: 40 });

function uniqueOf(keys: readonly (readonly string[])[], closed = true) {
  const set = sequencesOf(keys, { closed });
  const vocabulary = buildVocabulary(set);
  return { vocabulary, unique: uniqueSequences(set, vocabulary.encode(set.keyNames)) };
}

describe('uniqueSequences', () => {
  it('keeps each sequence once, counts it, and leads back to it', () => {
    fc.assert(
      fc.property(lists, fc.boolean(), (keys, closed) => {
        const { vocabulary, unique } = uniqueOf(keys, closed);
        const texts = Array.from({ length: unique.count }, (_, u) =>
          [...unique.next.subarray(unique.offsets[u], unique.offsets[u + 1])].map((code) => vocabulary.names[code]),
        ).map((names) => names.join(' '));
        expect(new Set(texts).size).toBe(unique.count);
        keys.forEach((list, s) => {
          expect(texts[unique.uniqueOf[s] ?? -1]).toBe([...list, ...(closed ? ['$'] : [])].join(' '));
        });
        expect(unique.weight.reduce((sum, weight) => sum + weight, 0)).toBe(keys.length);
      }),
    );
  });

  it('puts before each position the key that precedes it', () => {
    const { unique } = uniqueOf([['a', 'b', 'a'], ['b']]);
    expect([...unique.keys]).toEqual([BEGIN, 3, 4, 3, BEGIN, 4]);
    expect([...unique.next]).toEqual([3, 4, 3, END, 4, END]);
  });
});

describe('packSequences', () => {
  it('holds every position once with its weight, in order, each sequence by itself', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 4, max: 16 }), fc.integer({ min: 0, max: 3 }), (keys, most, overlap) => {
        const { unique } = uniqueOf(keys);
        const [rows] = packSequences([unique], most, overlap) as [PackedRows];
        const { size } = rows;
        expect(size).toBeLessThanOrEqual(most);
        const counted = new Map<string, number>();
        for (let i = 0; i < rows.count * size; i++) {
          if (rows.weight[i] === 0) continue;
          const pair = `${rows.keys[i]} ${rows.next[i]}`;
          counted.set(pair, (counted.get(pair) ?? 0) + (rows.weight[i] ?? 0));
        }
        const expected = new Map<string, number>();
        for (let u = 0; u < unique.count; u++) {
          for (let i = unique.offsets[u] ?? 0; i < (unique.offsets[u + 1] ?? 0); i++) {
            const pair = `${unique.keys[i]} ${unique.next[i]}`;
            expected.set(pair, (expected.get(pair) ?? 0) + (unique.weight[u] ?? 0));
          }
        }
        expect([...counted].sort()).toEqual([...expected].sort());
        for (let i = 1; i < rows.count * size; i++) {
          // Within a segment each position follows the one before it.
          const joined = i % size !== 0 && rows.segment[i] !== 0 && rows.segment[i] === rows.segment[i - 1];
          if (joined) expect(rows.keys[i]).toBe(rows.next[i - 1]);
        }
      }),
    );
  });

  it('cuts a long sequence into pieces with context', () => {
    const { unique } = uniqueOf([Array.from({ length: 9 }, () => 'a')]);
    const [rows] = packSequences([unique], 4, 1) as [PackedRows];
    expect([rows.count, [...rows.weight]]).toEqual([3, [1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1]]);
  });

  it('makes all rows as long as the fullest one needs', () => {
    const [short, long] = [uniqueOf([['a', 'b'], ['b']]).unique, uniqueOf([['a', 'a', 'a', 'a', 'a']]).unique];
    const sizes = (...sets: (typeof short)[]) => packSequences(sets, 64, 16).map(({ size, count }) => [size, count]);
    expect(sizes(short)).toEqual([[5, 1]]);
    expect(sizes(short, long)).toEqual([
      [6, 1],
      [6, 1],
    ]);
  });

  it('wastes little room', () => {
    const { unique } = uniqueOf(
      Array.from({ length: 300 }, (_, i) => [...Array.from({ length: i % 17 }, () => 'a'), `${i}`]),
    );
    const [rows] = packSequences([unique], 32, 8) as [PackedRows];
    const filled = rows.segment.filter((segment) => segment > 0).length;
    expect(filled / rows.segment.length).toBeGreaterThan(0.9);
  });
});
