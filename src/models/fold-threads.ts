import type { Split } from '../sequence/index.ts';
import type { EpochReport } from '../train/index.ts';
import type { SequenceScores } from '../types.ts';

/** Threads that train and score a fold each, for `crossFit`. */
export interface FoldThreads {
  /** Folds at a time, the one of the calling thread among them. */
  readonly lanes: number;
  /**
   * `runFold` in a thread of its own.
   *
   * @param signal ends the thread, and the promise with its reason
   */
  run(task: FoldTask, signal: AbortSignal): Promise<FoldOutcome>;
}

/** A fold as it is sent to a thread. */
export interface FoldTask {
  /** Name in the registry. */
  readonly detector: string;
  readonly split: Split;
  readonly options: Readonly<Record<string, number | string | boolean>> & { readonly seed: number };
}

/** What a model of all but one part of the sequences says of that part. */
export interface FoldOutcome {
  readonly held: SequenceScores;
  readonly history: readonly EpochReport[];
}
