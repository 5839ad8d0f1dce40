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
  const train = [...order.subarray(held)];
  const validation: number[] = [];
  const learned = new Uint8Array(set.keyNames.length);
  const learn = (s: number): void => {
    for (const key of keysOf(set, s)) learned[key] = 1;
  };
  train.forEach(learn);
  for (const s of order.subarray(0, held)) {
    if (options.learnEveryKey && keysOf(set, s).some((key) => !learned[key])) {
      train.push(s);
      learn(s);
    } else validation.push(s);
  }
  return {
    train: selectSequences(set, Int32Array.from(train).sort()),
    validation: selectSequences(set, Int32Array.from(validation).sort()),
  };
}

// --- internal ---

function keysOf(set: SequenceSet, s: number): Int32Array {
  return set.keys.subarray(set.offsets[s], set.offsets[s + 1]);
}
