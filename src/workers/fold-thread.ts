/** A thread that runs one fold and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { CaracalError } from '../errors.ts';
import { detectors, type FoldTask, runFold } from '../models/index.ts';
import type { FromFold } from './messages.ts';

async function main({ detector: name, split, options }: FoldTask): Promise<FromFold> {
  try {
    const detector = detectors[name];
    if (!detector) throw new CaracalError('E_INTERNAL', `there is no detector ${name} to train in a thread.`);
    return { outcome: await runFold(detector, split, options) };
  } catch (error) {
    const code = error instanceof CaracalError ? error.code : 'E_RUNTIME';
    return { failed: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

parentPort?.postMessage(await main(workerData as FoldTask));
