/** A process that learns one model and ends. */
import { learnLive } from './learn-live.ts';
import type { FromTraining, TrainingTask } from './train-aside.ts';

const say = (message: FromTraining): Promise<void> =>
  new Promise((resolve) => process.send?.(message, undefined, {}, () => resolve()));

process.once('message', ({ set, training }: TrainingTask) => {
  learnLive(set, training, (share) => void say({ kind: 'progress', share }))
    .then(
      (learned) => say({ kind: 'learned', learned }),
      (error: unknown) => say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    )
    .then(() => process.disconnect());
});
// Nobody waits for the model any more.
process.once('disconnect', () => process.exit());
// Whoever started it decides when it ends; a terminal tells both.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
