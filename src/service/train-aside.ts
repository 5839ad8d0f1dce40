import { CaracalError } from '../errors.ts';
import type { SequenceSet } from '../types.ts';
import { startThread } from '../workers/index.ts';
import type { LearnedLive, LiveTraining } from './learn-live.ts';

/** What a training thread is given. */
export interface TrainingTask {
  readonly set: SequenceSet;
  readonly training: LiveTraining;
}

/** What a training thread says. */
export type FromTraining =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'learned'; readonly learned: LearnedLive }
  | { readonly kind: 'failed'; readonly message: string };

/** A training that runs in another thread. */
export interface Training {
  /** 0 to 1. */
  readonly share: number;
  readonly learned: Promise<LearnedLive>;
  cancel(): Promise<void>;
}

/** Learns in a thread of its own, so that lines go on being taken in. */
export function trainAside(task: TrainingTask): Training {
  const thread = startThread(import.meta.url, 'train-thread', task);
  let share = 0;
  let cancelled = false;
  const learned = new Promise<LearnedLive>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new CaracalError('E_RUNTIME', `learning a model failed: ${why}. The service goes on as it was.`));
    thread.on('message', (message: FromTraining) => {
      if (message.kind === 'progress') share = message.share;
      else if (message.kind === 'learned') resolve(message.learned);
      else fail(message.message);
    });
    thread.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
    thread.on('exit', () => fail(cancelled ? 'it was called off' : 'its thread ended'));
  });
  learned.finally(() => thread.terminate()).catch(() => {});
  return {
    get share() {
      return share;
    },
    learned,
    cancel: async () => {
      cancelled = true;
      await thread.terminate();
    },
  };
}
