import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import { countVector } from './count-vector.ts';
import { detectorCases } from './detector.case.ts';
import { sessionLength } from './length.ts';

detectorCases({ detector: countVector, options: {}, blindTo: ['order', 'place'] });
detectorCases({ detector: sessionLength, options: {}, blindTo: ['order', 'place', 'new keys'] });

const session = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });

describe('count-vector', () => {
  test('is the distance to the nearest session, as comparing with every one finds it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 15 }), session, async (normal, judged) => {
        const model = await countVector.fit(sequencesOf(normal), sequencesOf([]), { seed: 1 });
        const { sequence } = await model.score(sequencesOf([judged]));
        const count = (list: readonly string[], key: string): number => list.filter((other) => other === key).length;
        const distances = normal.map((list) =>
          ['a', 'b', 'c', 'd'].reduce((sum, key) => sum + Math.abs(count(list, key) - count(judged, key)), 0),
        );
        expect(sequence[0]).toBe(Math.min(...distances, judged.length));
      }),
    );
  });

  test('says which event is one too many, and that one is missing at the end', async () => {
    const model = await countVector.fit(sequencesOf([['a', 'b', 'c']]), sequencesOf([]), { seed: 1 });
    const { nll } = await model.score(
      sequencesOf([
        ['a', 'b', 'b', 'c'],
        ['a', 'b'],
        ['a', 'new', 'b', 'c'],
      ]),
    );
    expect([...nll.subarray(0, 5)]).toEqual([0, 0, 1, 0, 0]);
    expect([...nll.subarray(5, 8)]).toEqual([0, 0, 1]);
    expect([...nll.subarray(8)]).toEqual([0, 2, 0, 0, 0]);
  });
});

describe('length', () => {
  test('grows with the distance to the nearest known length, and a rare length scores above a common one', async () => {
    const normal = sequencesOf([['a'], ['a', 'b', 'c'], ['a', 'b', 'd'], ['c', 'b', 'a']]);
    const model = await sessionLength.fit(normal, sequencesOf([]), { seed: 1 });
    const ofLength = (length: number): string[] => Array.from({ length }, () => 'a');
    const { sequence, nll } = await model.score(sequencesOf([3, 1, 2, 5, 9].map(ofLength)));
    expect([...sequence]).toEqual([...sequence].sort((a, b) => a - b));
    expect(sequence[2]).toBe(2);
    // The fourth event of five is the first that is one too many.
    expect(nll.subarray(3 + 1 + 1 + 1 + 3).findIndex((value) => value > 0)).toBe(3);
  });
});
