import type { ArgsDef } from 'citty';
import { CaracalError } from '../errors.ts';
import { type CheckpointDirectory, openCheckpoint } from '../files/index.ts';
import type { FitOptions } from '../models/index.ts';
import { numberFlag } from './flags.ts';

/** Flags of a training that may be killed and go on. */
export const checkpointFlags = {
  checkpoint: {
    type: 'string',
    valueHint: 'dir',
    description: 'keep what a killed training needs to go on; removed when it is done',
  },
  'checkpoint-every': {
    type: 'string',
    valueHint: 'n',
    description: 'training steps between checkpoints (default: 500)',
  },
  resume: { type: 'boolean', description: 'go on from the checkpoint, where there is one' },
} as const satisfies ArgsDef;

/** The checkpoints of one training. */
export interface Checkpoints {
  /** For `fit`. */
  readonly options: Pick<FitOptions, 'checkpoint'>;
  /** Where the training went on, `null` where it began at the beginning. */
  readonly resumed: () => Resumed | null;
  /** Removes what is no longer needed once the model is written. */
  done(): Promise<void>;
}

/** From 1. */
export interface Resumed {
  readonly epoch: number;
  readonly step: number;
  /** Which training of how many that the model takes. */
  readonly part: number;
  readonly parts: number;
}

/**
 * What the checkpoint flags say.
 *
 * @throws CaracalError `E_USAGE` for flags that need `--checkpoint`, or where a checkpoint would be lost
 */
export async function checkpointsOf(args: Readonly<Record<string, unknown>>): Promise<Checkpoints> {
  const { checkpoint: directory, resume } = args;
  const every = numberFlag('checkpoint-every', textOf(args['checkpoint-every']), EVERY) ?? DEFAULT_EVERY;
  if (typeof directory !== 'string') {
    const flag = resume ? '--resume' : args['checkpoint-every'] === undefined ? undefined : '--checkpoint-every';
    if (flag === undefined) return { options: {}, resumed: () => null, done: async () => {} };
    throw new CaracalError('E_USAGE', `${flag} needs a folder of checkpoints: add --checkpoint DIR.`);
  }
  const store = await openCheckpoint(directory);
  await refuseToOverwrite(store, directory, resume === true);
  let resumed: Resumed | null = null;
  return {
    options: {
      checkpoint: {
        store,
        every,
        resume: resume === true,
        onResume: ({ epoch, step, part = 1, parts = 1 }) => {
          resumed = { epoch, step, part, parts };
        },
      },
    },
    resumed: () => resumed,
    done: () => store.remove(),
  };
}

// --- internal ---

const EVERY = { least: 1, most: 1_000_000_000, whole: true };
const DEFAULT_EVERY = 500;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

async function refuseToOverwrite(store: CheckpointDirectory, directory: string, resume: boolean): Promise<void> {
  if (resume || (await store.isEmpty())) return;
  throw new CaracalError(
    'E_USAGE',
    `${directory}: holds the checkpoint of a training that did not end. Add --resume to go on with it, or remove it.`,
    { file: directory },
  );
}
