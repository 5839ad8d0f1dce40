import { packSequences, slidingWindows, uniqueSequences, type Vocabulary } from '../sequence/index.ts';
import { cast, lessOrEqual, type Value } from '../tensor/index.ts';
import type { TrainOptions } from '../train/index.ts';
import type { SequenceSet } from '../types.ts';
import { rowAccuracy, rowLoss, windowSurprise } from './logmamba-graphs.ts';
import type { DropoutContext, Sizes } from './mamba-block.ts';
import { packedExamples } from './sequence-runs.ts';
import { windowExamples } from './window-runs.ts';

/** What LogMamba learns from, and what is wanted of it. */
export interface Lesson {
  /** Examples of the same shape from each set. */
  examples(...sets: readonly SequenceSet[]): readonly TrainOptions['train'][];
  readonly loss: TrainOptions['loss'];
  readonly accuracy: Required<TrainOptions>['accuracy'];
}

/** What a lesson depends on. */
export interface LessonOptions extends Sizes {
  readonly vocabulary: Vocabulary;
  /** Events in the training sequences. */
  readonly events: number;
  readonly dropout: number;
  readonly seed: number;
}

/** Whole sessions, packed into rows of so many positions: every key from all before it. */
export function bySession(options: LessonOptions & { readonly row: number }): Lesson {
  const { vocabulary, events, row } = options;
  return {
    examples: (...sets) => {
      const unique = sets.map((set) => uniqueSequences(set, vocabulary.encode(set.keyNames)));
      return packSequences(unique, row, row >> 2).map(packedExamples);
    },
    loss: (weights, batch, step) => rowLoss(weights, batch, options, events, dropoutOf(options, step)),
    accuracy: (weights, batch, k, step) => rowAccuracy(weights, batch, options, events, k, dropoutOf(options, step)),
  };
}

/** Windows of so many keys: the key behind each from those in it. */
export function byWindow(options: LessonOptions & { readonly window: number }): Lesson {
  const { vocabulary, events, window } = options;
  return {
    examples: (...sets) =>
      sets.map((set) => windowExamples(slidingWindows(set, vocabulary.encode(set.keyNames), window))),
    loss: (weights, batch, step) => windowSurprise(weights, batch, options, events, dropoutOf(options, step)).nll,
    accuracy: (weights, batch, k, step) => {
      const { rank } = windowSurprise(weights, batch, options, events, dropoutOf(options, step));
      return cast(lessOrEqual(rank, k), 'float32');
    },
  };
}

// --- internal ---

function dropoutOf({ dropout: rate, seed }: LessonOptions, step: Value | undefined): DropoutContext | undefined {
  return step && rate > 0 ? { rate, seed, step } : undefined;
}
