import type { SequenceSet } from '../types.ts';

/** What stands on both sides of a split, and how often the test repeats itself. */
export interface Leaks {
  /** Session ids that are in training and in test: these sessions are not judged fairly. */
  readonly sharedSessions: number;
  /** Test sequences whose keys, in order, training already shows. Normal for logs; reported, not removed. */
  readonly testSequencesSeenInTraining: number;
  /** Test sequences that repeat an earlier test sequence. */
  readonly duplicateTestSequences: number;
}

/** Compares ids and contents of the two sides. Ids that are numbers of rows or files say nothing and do not count. */
export function findLeaks(train: SequenceSet, test: SequenceSet): Leaks {
  const ids = new Set(train.ids.filter((id, s) => id !== String(s + 1) && !/^source \d+/.test(id)));
  const known = new Set(contents(train));
  const own = contents(test);
  return {
    sharedSessions: test.ids.filter((id) => ids.has(id)).length,
    testSequencesSeenInTraining: own.filter((content) => known.has(content)).length,
    duplicateTestSequences: own.length - new Set(own).size,
  };
}

// --- internal ---

function contents(set: SequenceSet): string[] {
  return Array.from({ length: set.count }, (_, s) =>
    Array.from(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), (key) => set.keyNames[key]).join(' '),
  );
}
