import { join } from 'node:path';
import { readSequences } from '../src/cli/sequences.ts';
import { decide } from '../src/evaluate/metrics.ts';
import type { DetectorModel } from '../src/models/detector.ts';
import { deeplog } from '../src/models/index.ts';
import { thresholdForFlagRate } from '../src/score/index.ts';
import { selectSequences, splitSequences } from '../src/sequence/index.ts';
import type { SequenceSet } from '../src/types.ts';
import { contentId } from '../src/util/hash.ts';

/** False positives of half A that are learned at most, one update each. */
const UPDATES = 50;

/** What one seed gave. Counts of sessions in half B, before and after the updates. */
interface Outcome {
  readonly seed: number;
  readonly updates: number;
  readonly secondsPerUpdate: number;
  /** False positives of half A that are still flagged after all updates. */
  readonly stillFlagged: number;
  readonly falsePositives: readonly [before: number, after: number];
  readonly anomaliesFound: readonly [before: number, after: number];
  readonly f1: readonly [before: number, after: number];
}

/**
 * Entry point of `npm run bench -- forgetting`: does a model that learns from feedback
 * forget? HDFS test sessions are halved by a hash of their block id. Every false positive
 * of half A is marked, one update each; half B, which no update has seen, is judged by the
 * same threshold before and after.
 */
export async function main(_: { readonly json: boolean }): Promise<unknown> {
  const seeds = (process.env.CARACAL_SEEDS ?? '1,2,3').split(',').map(Number);
  const folder = join(process.env.CARACAL_DATA ?? '../shared/data', 'hdfs');
  const { set: train } = await readSequences(join(folder, 'train_normal_sequences.csv.gz'), {});
  const columns = { id: 'block_id', label: 'label' };
  const { set: test } = await readSequences(join(folder, 'test_sequences.csv.gz'), columns);
  const outcomes: Outcome[] = [];
  for (const seed of seeds) outcomes.push(await measure(train, half(test, 0), half(test, 1), seed));
  return {
    name: 'forgetting',
    unit: 'sessions',
    method:
      `DeepLog with its defaults; threshold: 0.5 % of held-out sessions, fixed before the updates; up to ${UPDATES} ` +
      'updates of one false positive each from half A of the HDFS test blocks; all figures but the first three on half B',
    outcomes,
  };
}

// --- internal ---

/** Sessions of one half: by the first bit of a hash of the block id. */
function half(set: SequenceSet, which: 0 | 1): SequenceSet {
  const bit = (id: string): number => Number.parseInt(contentId([id], 1), 16) >> 3;
  return selectSequences(
    set,
    set.ids.flatMap((id, s) => (bit(id) === which ? [s] : [])),
  );
}

async function measure(set: SequenceSet, a: SequenceSet, b: SequenceSet, seed: number): Promise<Outcome> {
  const { train, validation } = splitSequences(set, 0.15, seed);
  const first = await deeplog.fit(train, validation, { seed });
  const threshold = thresholdForFlagRate((await first.score(validation)).sequence, 0.005);
  const before = await judge(first, b, threshold);
  const { falsePositives: marked } = await judge(first, a, threshold);

  let model = first;
  const started = performance.now();
  for (const session of marked.slice(0, UPDATES)) {
    const updated = await model.update?.({ sequences: selectSequences(a, [session]) }, { seed });
    if (!updated) throw new Error('DeepLog must learn from feedback.');
    await model.dispose();
    model = updated;
  }
  const seconds = (performance.now() - started) / 1000;
  const after = await judge(model, b, threshold);
  const learned = await model.score(selectSequences(a, marked.slice(0, UPDATES)));
  await model.dispose();
  const updates = learned.sequence.length;
  return {
    seed,
    updates,
    secondsPerUpdate: seconds / Math.max(1, updates),
    stillFlagged: learned.sequence.filter((score) => score > threshold).length,
    falsePositives: [before.falsePositives.length, after.falsePositives.length],
    anomaliesFound: [before.found, after.found],
    f1: [before.f1, after.f1],
  };
}

async function judge(model: DetectorModel, set: SequenceSet, threshold: number) {
  const labels = set.labels ?? new Uint8Array(set.count);
  const { sequence } = await model.score(set);
  const flagged = Array.from(sequence.keys()).filter((s) => (sequence[s] ?? 0) > threshold);
  return {
    falsePositives: flagged.filter((s) => labels[s] === 0),
    found: flagged.filter((s) => labels[s] === 1).length,
    f1: decide(sequence, labels, threshold).f1,
  };
}
