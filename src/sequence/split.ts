import { CaracalError } from '../errors.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { selectSequences } from './sequences.ts';

/** Two disjoint parts of a set. */
export interface Split {
  readonly train: SequenceSet;
  readonly validation: SequenceSet;
}

/** How to choose what is held out. */
export interface SplitOptions {
  /**
   * Learns from every key: a held-out sequence that alone has a key changes sides. For
   * models that will say of a key that training never showed it.
   */
  readonly learnEveryKey?: boolean;
}

/**
 * Holds out whole sequences for validation, chosen at random from the seed, so that no
 * session is on both sides. The order within each part stays.
 *
 * @param share share of the sequences to hold out, 0 to below 1
 * @throws CaracalError `E_USAGE` for a share outside that range
 */
export function splitSequences(set: SequenceSet, share: number, seed: number, options: SplitOptions = {}): Split {
  if (!(share >= 0 && share < 1)) {
    throw new CaracalError('E_USAGE', `--validation-split ${share}: must be at least 0 and below 1, such as 0.15.`);
  }
  const order = createRng(seed)
    .fork('validation split')
    .shuffle(Int32Array.from({ length: set.count }, (_, s) => s));
  const held = set.count < 2 ? 0 : Math.min(set.count - 1, Math.round(set.count * share));
  return splitAt(set, [...order.subarray(held)], [...order.subarray(0, held)], options);
}

/**
 * Holds out every sequence once: `count` parts of equal size, chosen at random from the
 * seed, each held out of the others. The order within each part stays.
 */
export function foldSequences(set: SequenceSet, count: number, seed: number, options: SplitOptions = {}): Split[] {
  const order = createRng(seed)
    .fork('folds')
    .shuffle(Int32Array.from({ length: set.count }, (_, s) => s));
  return Array.from({ length: count }, (_, fold) => {
    const isHeld = (_s: number, place: number): boolean => place % count === fold;
    return splitAt(
      set,
      [...order].filter((s, place) => !isHeld(s, place)),
      [...order].filter(isHeld),
      options,
    );
  });
}

// --- internal ---

function splitAt(
  set: SequenceSet,
  learned: readonly number[],
  held: readonly number[],
  { learnEveryKey }: SplitOptions,
): Split {
  const train = [...learned];
  const validation: number[] = [];
  const known = new Uint8Array(set.keyNames.length);
  const learn = (s: number): void => {
    for (const key of keysOf(set, s)) known[key] = 1;
  };
  train.forEach(learn);
  for (const s of held) {
    if (learnEveryKey && keysOf(set, s).some((key) => !known[key])) {
      train.push(s);
      learn(s);
    } else validation.push(s);
  }
  return {
    train: selectSequences(set, Int32Array.from(train).sort()),
    validation: selectSequences(set, Int32Array.from(validation).sort()),
  };
}

function keysOf(set: SequenceSet, s: number): Int32Array {
  return set.keys.subarray(set.offsets[s], set.offsets[s + 1]);
}
