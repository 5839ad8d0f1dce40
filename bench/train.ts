import { availableParallelism, cpus } from 'node:os';
import { deeplog } from '../src/models/index.ts';
import type { SequenceSet } from '../src/types.ts';
import { createRng } from '../src/util/rng.ts';
import { median } from '../src/util/statistics.ts';

/** What to measure. */
export interface TrainBenchOptions {
  readonly windows?: number;
  readonly epochs?: number;
  readonly threads?: number;
}

/** Windows per second of DeepLog's training, whole epochs with validation off. */
export async function run({
  windows = 2048 * 12,
  epochs = 9,
  threads = availableParallelism(),
}: TrainBenchOptions = {}): Promise<{
  name: string;
  unit: string;
  median: number;
  samples: readonly number[];
  method: string;
  hardware: string;
}> {
  const samples: number[] = [];
  const model = await deeplog.fit(distinctWindows(windows), nothing(), {
    ...{ window: 10, hidden: 64, embedding: 64, layers: 2, batchSize: 2048, epochs, seed: 1, threads },
    onEpoch: ({ seconds }) => samples.push(Math.round(windows / seconds)),
  });
  await model.dispose();
  // The first epoch opens the graph's memory and is left out.
  const [, ...measured] = samples;
  return {
    name: 'train',
    unit: 'windows/s',
    median: median(measured),
    samples: measured,
    method:
      `DeepLog key model, 2 x 64 LSTM, window 10, batch 2048, Adam, ${KEYS} keys; ${windows} windows, all distinct; ` +
      'each sample is one epoch (shuffling, batches, forward, backward, update), the first epoch left out',
    hardware: `${threads} threads, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}, ONNX Runtime 1.30 on the CPU`,
  };
}

/** Entry point of `npm run bench -- train`. */
export async function main(_: { readonly json: boolean }): Promise<unknown> {
  return run();
}

// --- internal ---

const KEYS = 50;

/** One open session of random keys: every window of eleven keys is a new one. */
function distinctWindows(count: number): SequenceSet {
  const rng = createRng(1);
  return {
    count: 1,
    ids: ['random'],
    offsets: Int32Array.of(0, count),
    keys: Int32Array.from({ length: count }, () => rng.int(KEYS)),
    keyNames: Array.from({ length: KEYS }, (_, key) => `key ${key}`),
    closed: Uint8Array.of(0),
  };
}

function nothing(): SequenceSet {
  return {
    count: 0,
    ids: [],
    offsets: Int32Array.of(0),
    keys: new Int32Array(0),
    keyNames: [],
    closed: new Uint8Array(0),
  };
}
