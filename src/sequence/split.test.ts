import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceSet } from '../types.ts';
import { sequencesOf } from './sequences.ts';
import { splitSequences } from './split.ts';

const lists = fc.array(fc.array(fc.integer({ min: 0, max: 5 }).map(String), { maxLength: 4 }), { maxLength: 20 });
const keys = (set: SequenceSet): Set<string> => new Set([...set.keys].map((key) => set.keyNames[key] ?? ''));

describe('splitSequences', () => {
  it('puts every sequence on one side, the same one for the same seed', () => {
    fc.assert(
      fc.property(
        lists,
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.nat(),
        fc.boolean(),
        (all, share, seed, learnEveryKey) => {
          const set = sequencesOf(all);
          const split = splitSequences(set, share, seed, { learnEveryKey });
          expect([...split.train.ids, ...split.validation.ids].sort()).toEqual([...set.ids].sort());
          expect(splitSequences(set, share, seed, { learnEveryKey })).toEqual(split);
        },
      ),
    );
  });

  it('holds out the share that was asked for', () => {
    const set = sequencesOf(Array.from({ length: 200 }, () => ['a']));
    for (const share of [0, 0.15, 0.5]) expect(splitSequences(set, share, 1).validation.count).toBe(200 * share);
  });

  it('learns every key where it is told to', () => {
    fc.assert(
      fc.property(lists, fc.nat(), (all, seed) => {
        const set = sequencesOf(all);
        expect(keys(splitSequences(set, 0.5, seed, { learnEveryKey: true }).train)).toEqual(keys(set));
      }),
    );
  });
});
