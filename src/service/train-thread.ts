/** A thread that learns one model and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { learnLive } from './learn-live.ts';
import type { FromTraining, TrainingTask } from './train-aside.ts';

const { set, training } = workerData as TrainingTask;
const say = (message: FromTraining): void => parentPort?.postMessage(message);
learnLive(set, training, (share) => say({ kind: 'progress', share })).then(
  (learned) => say({ kind: 'learned', learned }),
  (error: unknown) => say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
);
