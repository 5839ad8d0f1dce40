import { availableParallelism, cpus } from 'node:os';
import type { DetectorModel } from '../src/models/detector.ts';
import { logmamba } from '../src/models/logmamba.ts';
import type { SequenceSet } from '../src/types.ts';
import { createRng } from '../src/util/rng.ts';
import { median, quantile } from '../src/util/statistics.ts';

const KEYS = 50;
const EVENTS = 51_200;
/** Keys of a session. A training row of 64 positions holds one of the long ones and its end, and is cut to them, or four of the short ones. */
const LONG = 50;
const SHORT = 15;
const EPOCHS = 6;
const ROUNDS = 5;
const STEPS = 2000;

/**
 * Entry point of `npm run bench -- logmamba`: training, scoring and streaming on
 * sessions of random keys, of which none repeats.
 */
export async function main(_: { readonly json: boolean }): Promise<unknown> {
  const set = sessions(LONG, EVENTS, 1);
  const events = set.keys.length;
  const long = await train(set);
  const short = await train(sessions(SHORT, EVENTS, 1));
  await short.model.dispose();
  const { model } = long;
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
      `LogMamba with its default sizes; sessions of ${LONG} random keys out of ${KEYS}, none repeated; ` +
      `training: whole epochs in batches of 64 rows, also of sessions of ${SHORT}, four to a row; ` +
      'streaming: one session, one event a call; the first call of a model warms it up and is told apart',
    hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}, ONNX Runtime 1.30 on the CPU`,
    trainingEventsPerSecond: rate(long.rates),
    trainingEventsPerSecondOfShortSessions: rate(short.rates),
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
    const one = { ...sessions(1, 1, 1), offsets: Int32Array.of(0, 1), keys: Int32Array.of(rng.int(KEYS)) };
    const started = performance.now();
    const result = await step?.([state], { ...one, closed: Uint8Array.of(0) });
    times.push(performance.now() - started);
    state = result?.states[0] ?? null;
  }
  const part = (q: number): number => Math.round(quantile(times, q) * 1000) / 1000;
  return { state, times: { p50: part(0.5), p99: part(0.99) } };
}

async function train(set: SequenceSet): Promise<{ model: DetectorModel; rates: number[] }> {
  const rates: number[] = [];
  const model = await logmamba.fit(set, sessions(LONG, 0, 2), {
    ...{ batchSize: 64, epochs: EPOCHS, reorderings: 0, seed: 1 },
    onEpoch: ({ seconds }) => rates.push(Math.round(set.keys.length / seconds)),
  });
  return { model, rates };
}

function sessions(length: number, events: number, seed: number): SequenceSet {
  const rng = createRng(seed);
  const count = Math.floor(events / length);
  return {
    count,
    ids: Array.from({ length: count }, (_, i) => `session ${i}`),
    offsets: Int32Array.from({ length: count + 1 }, (_, i) => i * length),
    keys: Int32Array.from({ length: count * length }, () => rng.int(KEYS)),
    keyNames: Array.from({ length: KEYS }, (_, key) => `key ${key}`),
    closed: new Uint8Array(count).fill(1),
  };
}
