import { join } from 'node:path';
import { readSequences } from '../src/cli/sequences.ts';
import { VALIDATION_FLAG_RATE } from '../src/evaluate/index.ts';
import { countVector } from '../src/models/count-vector.ts';
import { deeplog } from '../src/models/deeplog.ts';
import type { Detector, DetectorModel } from '../src/models/detector.ts';
import { unseenKey } from '../src/models/floors.ts';
import { sessionLength } from '../src/models/length.ts';
import { fitTailSurprise, meanSurprise } from '../src/score/tail-surprise.ts';
import { foldSequences } from '../src/sequence/index.ts';
import type { SequenceSet } from '../src/types.ts';
import { createRng } from '../src/util/rng.ts';
import { BREAKS, breakSessions } from './broken-sessions.ts';

/** By how many nats two surprises pass; each as two that are equal and flagged at the rate of all detectors. */
const GATES: Readonly<Record<string, (order: number, content: number) => number>> = {
  'both flag': (order, content) => Math.min(order, content) - FLAGGED,
  'mean of the tail probabilities': (order, content) => meanSurprise(order, content) - FLAGGED,
  'product of the tail probabilities': (order, content) => (order + content) / 2 - FLAGGED,
};
const FLAGGED = -Math.log(VALIDATION_FLAG_RATE);

/** None of them a seed that a figure of ours is reported for. */
const SEEDS = [11, 12, 13, 14];

/** Parts that contents are held out in, each with as many broken sessions of each kind. */
const PARTS = 20;
const BROKEN = 75;

/**
 * Entry point of `npm run bench -- gates`: ways to join the views of the ensemble, compared
 * by what may decide on them: how many held-out training sessions they flag, and how many
 * of such sessions, broken, they find. No test label is read.
 */
export async function main(): Promise<unknown> {
  const file = join(process.env.CARACAL_DATA ?? '../shared/data', 'hdfs/train_normal_sequences.csv.gz');
  const { set } = await readSequences(file, {});
  const seeds: Record<string, object> = {};
  for (const seed of SEEDS) {
    const { normal, broken } = await measure(set, seed);
    const passed = (pairs: readonly Pair[], gate: string): number =>
      pairs.filter(([order, content]) => GATES[gate]!(order, content) >= 0).length;
    seeds[seed] = Object.fromEntries(
      Object.keys(GATES).map((gate) => [
        gate,
        { heldOutFlagged: passed(normal, gate), brokenFound: passed(broken, gate) / broken.length },
      ]),
    );
    process.stderr.write(`${seed} ${JSON.stringify(seeds[seed])}\n`);
  }
  return {
    name: 'gates',
    method:
      `HDFS training sessions, order judged by the DeepLog of the other half, contents by views of the other ` +
      `${PARTS - 1} of ${PARTS} parts; ${PARTS * BROKEN} broken sessions of each kind (${Object.keys(BREAKS).join(', ')})`,
    sessions: set.count,
    seeds,
  };
}

// --- internal ---

type Pair = readonly [order: number, content: number];

async function measure(set: SequenceSet, seed: number): Promise<{ normal: Pair[]; broken: Pair[] }> {
  const rng = createRng(seed).fork('broken sessions');
  const learn = (detector: Detector, train: SequenceSet, validation: SequenceSet): Promise<DetectorModel> =>
    detector.fit(train, validation, { seed });
  const orders: DetectorModel[] = [];
  for (const { train, validation } of foldSequences(set, 2, seed)) orders.push(await learn(deeplog, train, validation));
  const normal: number[][] = [];
  const broken: number[][] = [];
  // Every other of the parts is of the same half: both are dealt from one order.
  for (const [part, { train, validation }] of foldSequences(set, PARTS, seed).entries()) {
    const views = [orders[part % 2]!];
    for (const detector of [countVector, unseenKey, sessionLength])
      views.push(await learn(detector, train, validation));
    const judge = async (judged: SequenceSet): Promise<number[][]> => {
      const scores: Float32Array[] = [];
      for (const view of views) scores.push((await view.score(judged)).sequence);
      return Array.from({ length: judged.count }, (_, s) => scores.map((of) => of[s]!));
    };
    normal.push(...(await judge(validation)));
    for (const how of Object.values(BREAKS)) {
      broken.push(...(await judge(breakSessions(validation, set, how, BROKEN, rng))));
    }
  }
  for (const model of orders) await model.dispose();
  const surprises = [0, 1, 2, 3].map((view) => fitTailSurprise(normal.map((scores) => scores[view]!)));
  const pairOf = (scores: readonly number[]): Pair => {
    const [order = 0, ...contents] = surprises.map((surprise, view) => surprise.of(scores[view]!));
    return [order, Math.max(...contents)];
  };
  return { normal: normal.map(pairOf), broken: broken.map(pairOf) };
}
