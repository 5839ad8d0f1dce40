import { sequencesOf } from '../src/sequence/index.ts';
import type { SequenceSet } from '../src/types.ts';
import type { Rng } from '../src/util/rng.ts';

type Keys = readonly string[];
type Break = (keys: Keys, rng: Rng, others: readonly Keys[]) => Keys;

/** Ways in which a session can be broken that need no label and no knowledge of a log. */
export const BREAKS: Readonly<Record<string, Break>> = {
  'cut short': (keys, rng) => keys.slice(0, 1 + rng.int(keys.length - 1)),
  'an event missing': (keys, rng) => keys.toSpliced(rng.int(keys.length), 1),
  'a stretch missing': (keys, rng) => keys.toSpliced(rng.int(keys.length), 2 + rng.int(4)),
  'an event twice': (keys, rng) => keys.toSpliced(rng.int(keys.length + 1), 0, rng.pick(keys)),
  'a stretch twice': (keys, rng) => {
    const from = rng.int(keys.length);
    return [...keys.slice(0, from + 2 + rng.int(4)), ...keys.slice(from)];
  },
  'an event of another': (keys, rng, others) => keys.toSpliced(rng.int(keys.length + 1), 0, rng.pick(rng.pick(others))),
  'goes on as another': (keys, rng, others) => {
    const other = rng.pick(others);
    return [...keys.slice(0, rng.int(keys.length)), ...other.slice(rng.int(other.length))];
  },
};

/**
 * Sessions of `set` broken in one way, `count` of them. None has the keys of a session of
 * `known`, in whatever order: it might be normal.
 */
export function breakSessions(set: SequenceSet, known: SequenceSet, how: Break, count: number, rng: Rng): SequenceSet {
  const normal = new Set(listsOf(known).map(countsOf));
  const lists = listsOf(set).filter(({ length }) => length > 1);
  const broken: Keys[] = [];
  while (broken.length < count) {
    const keys = how(rng.pick(lists), rng, lists);
    if (keys.length > 0 && !normal.has(countsOf(keys))) broken.push(keys);
  }
  return sequencesOf(broken);
}

// --- internal ---

function listsOf({ count, keys, offsets, keyNames }: SequenceSet): string[][] {
  return Array.from({ length: count }, (_, s) =>
    Array.from(keys.subarray(offsets[s], offsets[s + 1]), (key) => keyNames[key] ?? ''),
  );
}

function countsOf(keys: Keys): string {
  return keys.toSorted().join(' ');
}
