import { CaracalError } from '../errors.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { selectSequences } from './sequences.ts';

/** Two disjoint parts of a set. */
export interface Split {
  readonly train: SequenceSet;
  readonly validation: SequenceSet;
}

/**
 * Holds out whole sequences for validation, chosen at random from the seed, so that no
 * session is on both sides. The order within each part stays.
 *
 * @param share share of the sequences to hold out, 0 to below 1
 * @throws CaracalError `E_USAGE` for a share outside that range
 */
export function splitSequences(set: SequenceSet, share: number, seed: number): Split {
  if (!(share >= 0 && share < 1)) {
    throw new CaracalError('E_USAGE', `--validation-split ${share}: must be at least 0 and below 1, such as 0.15.`);
  }
  const order = createRng(seed)
    .fork('validation split')
    .shuffle(Int32Array.from({ length: set.count }, (_, s) => s));
  const held = set.count < 2 ? 0 : Math.min(set.count - 1, Math.round(set.count * share));
  return {
    train: selectSequences(set, order.slice(held).sort()),
    validation: selectSequences(set, order.slice(0, held).sort()),
  };
}
