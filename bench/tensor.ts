import { availableParallelism, cpus } from 'node:os';
import type { Detector } from '../src/models/detector.ts';
import { detectors } from '../src/models/index.ts';
import type { SequenceSet } from '../src/types.ts';
import { createRng } from '../src/util/rng.ts';
import { median, quantile } from '../src/util/statistics.ts';

const KEYS = 50;
const LENGTH = 60;
const SESSIONS = 512;
/** Steps that are left out, in which memory is set up. */
const WARM_UP = 10;
const STEPS = 60;

/** Models with their default settings, and with some others. */
const CASES: readonly { readonly title: string; readonly model: string; readonly options: object }[] = [
  { title: 'deeplog', model: 'deeplog', options: {} },
  { title: 'deeplog, batch 2048', model: 'deeplog', options: { batchSize: 2048 } },
  { title: 'logmamba', model: 'logmamba', options: {} },
  { title: 'logmamba, batch 64', model: 'logmamba', options: { batchSize: 64 } },
  { title: 'logmamba, dropout', model: 'logmamba', options: { dropout: 0.1 } },
  { title: 'logmamba by windows', model: 'logmamba', options: { window: 10 } },
  { title: 'logmamba of Mamba-1 blocks', model: 'logmamba', options: { variant: 'mamba-1' } },
];

/** Entry point of `npm run bench -- tensor`: time of one training step, gradients and optimiser included, of each model. */
export async function main(_: { readonly json: boolean }): Promise<unknown> {
  const set = sessions();
  const models = [];
  for (const { title, model, options } of CASES) {
    const detector = detectors[model];
    if (!detector) throw new RangeError(`there is no detector ${model}`);
    const times = await stepTimes(detector, set, options);
    models.push({
      model: title,
      medianMilliseconds: round(median(times)),
      p90Milliseconds: round(quantile(times, 0.9)),
      samples: times.map(round),
    });
  }
  return {
    name: 'tensor',
    unit: 'ms per training step',
    method:
      `one ONNX graph a step: forward, backward, optimiser; default sizes and batch unless said; ${SESSIONS} sessions of ` +
      `${LENGTH} random keys out of ${KEYS}; ${STEPS} steps after ${WARM_UP}`,
    hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}, ONNX Runtime 1.30 on the CPU`,
    models,
  };
}

// --- internal ---

/** Milliseconds of each step behind the first. */
async function stepTimes(detector: Detector, set: SequenceSet, options: object): Promise<number[]> {
  const nothing = { ...set, count: 0, ids: [], offsets: Int32Array.of(0), keys: new Int32Array(0) };
  const times: number[] = [];
  let last = Number.NaN;
  const stopped = new Error('measured');
  const onStep = (): void => {
    const now = performance.now();
    times.push(now - last);
    last = now;
    if (times.length > WARM_UP + STEPS) throw stopped;
  };
  await detector.fit(set, nothing, { ...options, seed: 1, onStep }).then(
    (model) => model.dispose(),
    (error: unknown) => {
      if (error !== stopped) throw error;
    },
  );
  return times.slice(WARM_UP + 1);
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

function sessions(): SequenceSet {
  const rng = createRng(1);
  return {
    count: SESSIONS,
    ids: Array.from({ length: SESSIONS }, (_, i) => `session ${i}`),
    offsets: Int32Array.from({ length: SESSIONS + 1 }, (_, i) => i * LENGTH),
    keys: Int32Array.from({ length: SESSIONS * LENGTH }, () => rng.int(KEYS)),
    keyNames: Array.from({ length: KEYS }, (_, key) => `key ${key}`),
    closed: new Uint8Array(SESSIONS).fill(1),
  };
}
