import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import { align, boundedDistance } from './alignment.ts';
import { detectorCases } from './detector.case.ts';
import { editDistance } from './edit-distance.ts';

detectorCases({ detector: editDistance, options: {}, blindTo: ['place'] });

const keys = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }).map((list) => Int32Array.from(list));

/** The recursion as it stands in every textbook. */
function slowDistance(a: readonly number[], b: readonly number[]): number {
  const [first, ...restA] = a;
  const [other, ...restB] = b;
  if (first === undefined || other === undefined) return Math.max(a.length, b.length);
  if (first === other) return slowDistance(restA, restB);
  return 1 + Math.min(slowDistance(restA, b), slowDistance(a, restB), slowDistance(restA, restB));
}

describe('edit distance', () => {
  test('is that of the plain recursion within its limit, and beyond it says so', () => {
    const few = keys.filter((list) => list.length <= 6);
    fc.assert(
      fc.property(few, few, fc.nat({ max: 7 }), (a, b, limit) => {
        const slow = slowDistance([...a], [...b]);
        expect(boundedDistance(a, b, true, limit)).toBe(Math.min(slow, limit + 1));
        const begins = Array.from({ length: b.length + 1 }, (_, end) => slowDistance([...a], [...b.subarray(0, end)]));
        expect(boundedDistance(a, b, false, limit)).toBe(Math.min(...begins, limit + 1));
      }),
      { numRuns: 300 },
    );
  });

  test('an alignment names no more places than edits, and none where the sequences are equal', () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        const places = align(a, b, true);
        expect(places.length).toBeLessThanOrEqual(boundedDistance(a, b, true, 12));
        expect(places.length === 0).toBe(a.join() === b.join());
        expect(places.every((place) => place >= 0 && place <= a.length)).toBe(true);
      }),
    );
  });

  test('finds the nearest of all normal sequences, as a share of the longer one', async () => {
    const list = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(list, { minLength: 1, maxLength: 15 }), list, async (normal, judged) => {
        const model = await editDistance.fit(sequencesOf(normal), sequencesOf([]), { seed: 1 });
        const { sequence } = await model.score(sequencesOf([judged]));
        const code = (key: string): number => 'abc'.indexOf(key);
        const shares = normal.map(
          (other) => slowDistance(judged.map(code), other.map(code)) / Math.max(judged.length, other.length),
        );
        expect(sequence[0]).toBeCloseTo(Math.min(...shares), 6);
      }),
    );
  });

  test('points at what was put in, and at the place where something is missing', async () => {
    const model = await editDistance.fit(sequencesOf([['a', 'b', 'c', 'd']]), sequencesOf([]), { seed: 1 });
    const { nll } = await model.score(
      sequencesOf([
        ['a', 'b', 'x', 'c', 'd'],
        ['a', 'c', 'd'],
        ['a', 'b', 'c'],
      ]),
    );
    expect([...nll.subarray(0, 6)]).toEqual([0, 0, 2, 0, 0, 0]);
    expect([...nll.subarray(6, 10)]).toEqual([0, 1, 0, 0]);
    expect([...nll.subarray(10)]).toEqual([0, 0, 0, 1]);
  });
});
