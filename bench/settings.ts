import { join } from 'node:path';
import { readSequences } from '../src/cli/sequences.ts';
import { CaracalError } from '../src/errors.ts';
import type { FitOptions } from '../src/models/detector.ts';
import { detectors } from '../src/models/index.ts';
import { splitSequences } from '../src/sequence/index.ts';

type Candidate = Readonly<Record<string, number>>;

/** Settings compared; the rest are the detector's defaults. */
const CANDIDATES: Readonly<Record<string, readonly Candidate[]>> = {
  deeplog: [
    ...[0, 0.99, 0.995, 0.998, 0.9995].map((averaging) => ({ averaging })),
    ...[0.003, 0.005, 0.02].map((lr) => ({ lr, averaging: 0 })),
    ...[0.01, 0.02].map((lr) => ({ lr, batchSize: 256, averaging: 0.998 })),
  ],
  logmamba: [
    ...[0, 0.99, 0.995, 0.998, 0.9995].map((averaging) => ({ averaging })),
    ...[0.003, 0.005, 0.01].map((lr) => ({ lr, batchSize: 8, averaging: 0 })),
    { lr: 0.005, batchSize: 8 },
    { dropout: 0.1 },
    { weightDecay: 0.1 },
    { hidden: 32 },
  ],
};
/** None of them a seed that a figure of ours is reported for. */
const SEEDS = [11, 12, 13];

/**
 * Entry point of `npm run bench -- settings deeplog|logmamba`: settings compared by what
 * may decide on them, the loss on held-out *training* sessions. No test label is read.
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
      const runs = [];
      for (const seed of SEEDS) runs.push(await held(name, candidate, splitSequences(set, 0.15, seed), seed));
      const losses = runs.map(({ loss }) => loss);
      settings.push({
        ...candidate,
        meanLoss: mean(losses),
        losses,
        bestEpochs: runs.map(({ epoch }) => epoch),
        meanSeconds: mean(runs.map(({ seconds }) => seconds)),
      });
      process.stderr.write(`${name} ${JSON.stringify(settings.at(-1))}\n`);
    }
  }
  return {
    name: 'settings',
    unit: 'nats/event',
    method: `best loss on the held-out 15 % of HDFS training sessions, seeds ${SEEDS.join(', ')}; lower is better`,
    compared,
  };
}

// --- internal ---

async function held(
  name: string,
  candidate: Candidate,
  { train, validation }: ReturnType<typeof splitSequences>,
  seed: number,
): Promise<{ loss: number; epoch: number; seconds: number }> {
  const detector = detectors[name];
  if (!detector) throw new RangeError(`there is no detector ${name}`);
  const started = performance.now();
  const options: FitOptions & Candidate = { ...candidate, seed };
  const model = await detector.fit(train, validation, options);
  const seconds = (performance.now() - started) / 1000;
  const losses = model.description.history.map(({ validationLoss }) => validationLoss);
  await model.dispose();
  const loss = Math.min(...losses);
  return { loss, epoch: losses.indexOf(loss) + 1, seconds };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
