import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commonLength, commonPlaces, generalised } from './alignment.ts';

/** By definition, one case after the other. */
function longest(a: readonly number[], b: readonly number[]): number {
  const [x, ...as] = a;
  const [y, ...bs] = b;
  if (x === undefined || y === undefined) return 0;
  return x === y && x !== 0 ? 1 + longest(as, bs) : Math.max(longest(as, b), longest(a, bs));
}

const words = (maxLength: number) => fc.array(fc.integer({ min: 0, max: 4 }), { maxLength });

it('has the length of the definition', () => {
  fc.assert(
    fc.property(words(8), words(8), (a, b) => {
      expect(commonLength(Int32Array.from(a), Int32Array.from(b))).toBe(longest(a, b));
    }),
  );
});

it('has as many places as its length, also beyond 32 words, each with equal words in order', () => {
  fc.assert(
    fc.property(words(120), words(120), (a, b) => {
      const places = commonPlaces(Int32Array.from(a), Int32Array.from(b));
      expect(places.length / 2).toBe(commonLength(Int32Array.from(a), Int32Array.from(b)));
      for (let at = 0; at < places.length; at += 2) {
        expect(a[places[at] ?? -1]).toBe(b[places[at + 1] ?? -1]);
        if (at > 0) expect(places[at]).toBeGreaterThan(places[at - 2] ?? -1);
        if (at > 0) expect(places[at + 1]).toBeGreaterThan(places[at - 1] ?? -1);
      }
    }),
  );
});

it.each([
  [
    [1, 2, 3],
    [1, 4, 3],
    [1, 0, 3],
  ],
  [
    [1, 2, 3],
    [1, 4, 5, 3],
    [1, 0, 3],
  ],
  [[1, 2], [1], [1, 0]],
  [[1], [2, 1], [0, 1]],
  [
    [1, 2, 3, 4],
    [1, 5, 6, 4],
    [1, 0, 0, 4],
  ],
  [[], [], []],
])('%j and %j in general are %j', (a, b, expected) => {
  expect([...generalised(Int32Array.from(a), Int32Array.from(b))]).toEqual(expected);
});
