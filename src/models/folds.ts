import type { Split } from '../sequence/index.ts';
import type { StepReport } from '../train/index.ts';
import type { Detector, FitOptions } from './detector.ts';
import type { FoldOutcome, FoldTask, FoldThreads } from './fold-threads.ts';

/** How folds share threads. */
export interface FoldLanes {
  readonly threads: FoldThreads | undefined;
  /** Folds at a time. */
  readonly lanes: number;
  /** Trainings one after the other, that of all sequences among them. */
  readonly parts: number;
}

/** Learns from all but one part, and scores that part. */
export async function runFold(
  detector: Detector,
  { train, validation }: Split,
  options: FitOptions,
): Promise<FoldOutcome> {
  const model = await detector.fit(train, validation, options);
  try {
    return { held: await model.score(validation), history: model.description.history };
  } finally {
    await model.dispose();
  }
}

/**
 * The outcome of each fold. One lane is the calling thread, whose steps are reported; the
 * others are threads of their own. What goes wrong in one ends all.
 */
export async function runFolds(
  detector: Detector,
  splits: readonly Split[],
  { onEpoch: _, ...options }: FitOptions,
  { threads, lanes, parts }: FoldLanes,
): Promise<FoldOutcome[]> {
  const oneThread = lanes > 1 ? { threads: 1 } : {};
  const failed = new AbortController();
  const outcomes: FoldOutcome[] = [];
  let begun = 0;
  const lane = async (run: (split: Split, part: number) => Promise<FoldOutcome>): Promise<void> => {
    for (let part = 1; begun < splits.length; part++) {
      const fold = begun++;
      outcomes[fold] = await run(splits[fold]!, Math.min(part, parts - 1));
    }
  };
  const here = lane((split, part) => {
    const { onStep, ...rest } = partOf(options, part, parts);
    const look = (step: StepReport): void => {
      failed.signal.throwIfAborted();
      onStep?.(step);
    };
    return runFold(detector, split, { ...rest, ...oneThread, onStep: look });
  });
  const aside = Array.from({ length: threads ? lanes - 1 : 0 }, () =>
    lane((split) =>
      threads!.run({ detector: detector.name, split, options: { ...plain(options), ...oneThread } }, failed.signal),
    ),
  );
  const all = [here, ...aside];
  for (const one of all) one.catch((error: unknown) => failed.abort(error));
  await Promise.allSettled(all);
  failed.signal.throwIfAborted();
  return outcomes;
}

/** Options of one training of several. */
export function partOf({ onStep, checkpoint, ...options }: FitOptions, part: number, parts: number): FitOptions {
  return {
    ...options,
    ...(onStep ? { onStep: (step) => onStep({ ...step, part, parts }) } : {}),
    ...(checkpoint
      ? {
          checkpoint: {
            ...checkpoint,
            store: checkpoint.store.part(part),
            onResume: (from) => checkpoint.onResume?.({ ...from, part, parts }),
          },
        }
      : {}),
  };
}

// --- internal ---

/** Options that can go to another thread; functions stay behind. */
function plain({ seed, ...options }: FitOptions): FoldTask['options'] {
  const kinds = ['number', 'string', 'boolean'];
  return { ...Object.fromEntries(Object.entries(options).filter(([, value]) => kinds.includes(typeof value))), seed };
}
