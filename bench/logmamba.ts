import { availableParallelism, cpus } from 'node:os';
import { logmamba } from '../src/models/logmamba.ts';
import type { SequenceSet } from '../src/types.ts';
import { createRng } from '../src/util/rng.ts';
import { median, quantile } from '../src/util/statistics.ts';

const KEYS = 50;
const LENGTH = 50;
const SESSIONS = 1024;
const EPOCHS = 6;
const ROUNDS = 5;
const STEPS = 2000;

/**
 * Entry point of `npm run bench -- logmamba`: training, scoring and streaming on
 * sessions of random keys, of which none repeats.
 */
export async function main(_: { readonly json: boolean }): Promise<unknown> {
  const set = sessions(SESSIONS, 1);
  const events = set.keys.length;
  const training: number[] = [];
  const model = await logmamba.fit(set, sessions(0, 2), {
    ...{ batchSize: 64, epochs: EPOCHS, seed: 1 },
    onEpoch: ({ seconds }) => training.push(Math.round(events / seconds)),
  });
  const scoring: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    await model.score(set);
    scoring.push(Math.round(events / ((performance.now() - started) / 1000)));
  }
  const { times: opening } = await stream(model.step, 1, null);
  const early = await stream(model.step, STEPS, null);
  const late = await stream(model.step, STEPS, early.state);
  await model.dispose();
  const rate = (samples: readonly number[]): object => {
    // The first one opens the graph's memory and is left out.
    const measured = samples.slice(1);
    return { median: median(measured), samples: measured };
  };
  return {
    name: 'logmamba',
    method:
      `LogMamba with its default sizes; ${SESSIONS} sessions of ${LENGTH} random keys out of ${KEYS}, none repeated; ` +
      `training: whole epochs in batches of 64 rows of 64 positions; streaming: one session, one event a call; the first call of a model warms it up and is told apart`,
    hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}, ONNX Runtime 1.30 on the CPU`,
    trainingEventsPerSecond: rate(training),
    scoringEventsPerSecond: rate(scoring),
    streamingMilliseconds: { firstCall: opening.p50, firstEvents: early.times, afterwards: late.times, events: STEPS },
  };
}

// --- internal ---

async function stream(
  step: Awaited<ReturnType<typeof logmamba.fit>>['step'],
  events: number,
  from: Float32Array | null,
): Promise<{ state: Float32Array | null; times: { readonly p50: number; readonly p99: number } }> {
  const rng = createRng(3);
  const times: number[] = [];
  let state = from;
  for (let i = 0; i < events; i++) {
    const one = { ...sessions(1, 1), offsets: Int32Array.of(0, 1), keys: Int32Array.of(rng.int(KEYS)) };
    const started = performance.now();
    const result = await step?.([state], { ...one, closed: Uint8Array.of(0) });
    times.push(performance.now() - started);
    state = result?.states[0] ?? null;
  }
  const part = (q: number): number => Math.round(quantile(times, q) * 1000) / 1000;
  return { state, times: { p50: part(0.5), p99: part(0.99) } };
}

function sessions(count: number, seed: number): SequenceSet {
  const rng = createRng(seed);
  return {
    count,
    ids: Array.from({ length: count }, (_, i) => `session ${i}`),
    offsets: Int32Array.from({ length: count + 1 }, (_, i) => i * LENGTH),
    keys: Int32Array.from({ length: count * LENGTH }, () => rng.int(KEYS)),
    keyNames: Array.from({ length: KEYS }, (_, key) => `key ${key}`),
    closed: new Uint8Array(count).fill(1),
  };
}
