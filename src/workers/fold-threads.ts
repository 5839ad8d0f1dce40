import { availableParallelism } from 'node:os';
import { CaracalError } from '../errors.ts';
import type { FoldOutcome, FoldTask, FoldThreads } from '../models/index.ts';
import type { FromFold } from './messages.ts';
import { startThread } from './start-thread.ts';

/**
 * Threads for the folds of `crossFit`.
 *
 * @param lanes folds at a time, the one of the calling thread among them; as many as there are cores unless told
 */
export function openFoldThreads(lanes = availableParallelism()): FoldThreads {
  return { lanes, run: runAside };
}

// --- internal ---

async function runAside(task: FoldTask, signal: AbortSignal): Promise<FoldOutcome> {
  signal.throwIfAborted();
  const thread = startThread(import.meta.url, 'fold-thread', task);
  let abort = (): void => {};
  try {
    return await new Promise<FoldOutcome>((resolve, reject) => {
      abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      thread.once('error', reject);
      thread.once('exit', () =>
        reject(new CaracalError('E_RUNTIME', 'A thread that trained a model ended too early.')),
      );
      thread.once('message', (message: FromFold) => {
        if (message.outcome) resolve(message.outcome);
        else reject(new CaracalError(message.failed.code, message.failed.message));
      });
    });
  } finally {
    signal.removeEventListener('abort', abort);
    await thread.terminate();
  }
}
