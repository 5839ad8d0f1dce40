import { CaracalError } from '../errors.ts';
import type { SequenceSet } from '../types.ts';
import { startProcess } from '../workers/index.ts';
import type { LearnedLive, LiveTraining } from './learn-live.ts';

/** What a training is given. */
export interface TrainingTask {
  readonly set: SequenceSet;
  readonly training: LiveTraining;
}

/** What it says. */
export type FromTraining =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'learned'; readonly learned: LearnedLive }
  | { readonly kind: 'failed'; readonly message: string };

/** A training that runs in another process. */
export interface Training {
  /** 0 to 1. */
  readonly share: number;
  readonly learned: Promise<LearnedLive>;
  cancel(): Promise<void>;
}

/** Learns in a process of its own, so that lines go on being taken in; see `startProcess`. */
export function trainAside(task: TrainingTask): Training {
  const child = startProcess(import.meta.url, 'train-process');
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let share = 0;
  let cancelled = false;
  const learned = new Promise<LearnedLive>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new CaracalError('E_RUNTIME', `learning a model failed: ${why}. The service goes on as it was.`));
    child.on('message', (message: FromTraining) => {
      if (message.kind === 'progress') share = message.share;
      else if (message.kind === 'learned') resolve(message.learned);
      else fail(message.message);
    });
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => {
      fail(cancelled ? 'it was called off' : `its process ended (${signal ?? `exit status ${code}`})`);
    });
  });
  // What goes wrong here ends the process, and that is heard above.
  child.send(task, () => {});
  return {
    get share() {
      return share;
    },
    learned,
    cancel: async () => {
      cancelled = true;
      child.kill('SIGKILL');
      await gone;
    },
  };
}
