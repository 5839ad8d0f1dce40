import { join } from 'node:path';
import { readSequences } from '../src/cli/sequences.ts';
import { CaracalError } from '../src/errors.ts';
import { VALIDATION_FLAG_RATE } from '../src/evaluate/index.ts';
import type { FitOptions } from '../src/models/detector.ts';
import { detectors } from '../src/models/index.ts';
import { flagRate, thresholdForFlagRate } from '../src/score/threshold.ts';
import { foldSequences } from '../src/sequence/index.ts';
import type { SequenceSet } from '../src/types.ts';
import { createRng } from '../src/util/rng.ts';
import { BREAKS, breakSessions } from './broken-sessions.ts';

type Candidate = Readonly<Record<string, number>>;

/** Settings compared; the rest are the detector's defaults. */
const CANDIDATES: Readonly<Record<string, readonly Candidate[]>> = {
  deeplog: [
    {},
    ...[0, 0.99, 0.995, 0.998, 0.9995].map((averaging) => ({ averaging })),
    ...[0.003, 0.005, 0.02].map((lr) => ({ lr, averaging: 0 })),
    ...[0.01, 0.02].map((lr) => ({ lr, batchSize: 256, averaging: 0.998 })),
  ],
  logmamba: [
    {},
    { reorderings: 8 },
    { reorderings: 3 },
    { epochs: 18 },
    { reorderings: 3, epochs: 40 },
    { reorderings: 3, state: 32 },
    { reorderings: 3, dropout: 0.2 },
    { convolution: 4, dropout: 0, reorderings: 0, epochs: 60 },
  ],
};
/** None of them a seed that a figure of ours is reported for. */
const SEEDS = [11, 12, 13, 14];

/** Broken sessions of each kind and fold. */
const BROKEN = 1500;

/**
 * Entry point of `npm run bench -- settings deeplog|logmamba`: settings compared by what
 * may decide on them, held-out *training* sessions: how well they are predicted, and how
 * many of them, broken, are flagged where 0.5 % of them as they are would be. No test
 * label is read.
 */
export async function main({ only }: { readonly json: boolean; readonly only: readonly string[] }): Promise<unknown> {
  const unknown = only.find((name) => !(name in CANDIDATES));
  if (unknown !== undefined) {
    throw new CaracalError(
      'E_USAGE',
      `no settings of ${unknown} to compare. Give ${Object.keys(CANDIDATES).join(' or ')}.`,
    );
  }
  const file = join(process.env.CARACAL_DATA ?? '../shared/data', 'hdfs/train_normal_sequences.csv.gz');
  const { set } = await readSequences(file, {});
  const compared: Record<string, object[]> = {};
  for (const name of only.length > 0 ? only : Object.keys(CANDIDATES)) {
    const settings: object[] = [];
    compared[name] = settings;
    for (const candidate of CANDIDATES[name] ?? []) {
      const runs: Measured[] = [];
      for (const seed of SEEDS) runs.push(await measure(name, candidate, set, seed));
      settings.push({
        ...candidate,
        meanLoss: mean(runs.map(({ loss }) => loss)),
        losses: runs.map(({ loss }) => loss),
        meanFound: mean(runs.map(({ found }) => found)),
        found: runs.map(({ found }) => found),
        meanSeconds: mean(runs.map(({ seconds }) => seconds)),
      });
      process.stderr.write(`${name} ${JSON.stringify(settings.at(-1))}\n`);
    }
  }
  return {
    name: 'settings',
    unit: 'nats/event; share of broken sessions found',
    method:
      `HDFS training sessions in two halves, each judged by a model of the other, seeds ${SEEDS.join(', ')}: the best loss ` +
      `(lower is better), and the share of ${BROKEN} broken sessions of each kind (${Object.keys(BREAKS).join(', ')}) ` +
      'that score above what flags 0.5 % of the halves (higher is better)',
    compared,
  };
}

// --- internal ---

interface Measured {
  readonly loss: number;
  readonly found: number;
  readonly seconds: number;
}

async function measure(name: string, candidate: Candidate, set: SequenceSet, seed: number): Promise<Measured> {
  const detector = detectors[name];
  if (!detector) throw new RangeError(`there is no detector ${name}`);
  const started = performance.now();
  const rng = createRng(seed).fork('broken sessions');
  const losses: number[] = [];
  const held: number[] = [];
  const broken: number[] = [];
  for (const { train, validation } of foldSequences(set, 2, seed)) {
    const options: FitOptions & Candidate = { threads: 1, ...candidate, seed };
    const model = await detector.fit(train, validation, options);
    losses.push(Math.min(...model.description.history.map(({ validationLoss }) => validationLoss)));
    held.push(...(await model.score(validation)).sequence);
    for (const how of Object.values(BREAKS)) {
      broken.push(...(await model.score(breakSessions(validation, set, how, BROKEN, rng))).sequence);
    }
    await model.dispose();
  }
  const threshold = thresholdForFlagRate(Float32Array.from(held), VALIDATION_FLAG_RATE);
  return {
    loss: mean(losses),
    found: flagRate(Float32Array.from(broken), threshold),
    seconds: (performance.now() - started) / 1000,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
