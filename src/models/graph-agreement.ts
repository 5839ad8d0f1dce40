import { BEGIN, END, scoreOffsets, sequencesOf, vocabularyFromNames } from '../sequence/index.ts';
import { createSession, float32Data, tensor } from '../tensor/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import type { DetectorModel, EncodedModel } from './detector.ts';

/** How far a stand-alone graph is from the model it belongs to. */
export interface GraphAgreement {
  /** Name of the graph's file. */
  readonly graph: string;
  /** Events whose NLL was compared. */
  readonly events: number;
  /** Largest difference of an NLL, in nats. */
  readonly difference: number;
}

/**
 * Scores sequences of known keys, and of one that is not, with the model and with its
 * stand-alone `score.onnx`. `null` for a model that has no such graph.
 *
 * @param seed of the sequences
 * @throws CaracalError `E_RUNTIME` where the graph cannot be opened or run
 */
export async function graphAgreement(
  model: DetectorModel,
  { description, files }: EncodedModel,
  seed = 1,
): Promise<GraphAgreement | null> {
  const [graph, bytes] = [...files].find(([name]) => /(^|\.)score\.onnx$/.test(name)) ?? [];
  if (graph === undefined || bytes === undefined) return null;
  const set = sample(description.vocabulary, seed);
  const own = await model.score(set);
  const offsets = scoreOffsets(set);
  const vocabulary = vocabularyFromNames(description.vocabulary);
  const codes = vocabulary.encode(set.keyNames);
  const session = await createSession(bytes, { threads: 1 });
  let difference = 0;
  try {
    for (let s = 0; s < set.count; s++) {
      const keys = Array.from(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), (key) => codes[key]!);
      const history = [BEGIN, ...keys];
      const shape = [1, history.length];
      const outputs = await session.run({
        keys: tensor('int64', shape, BigInt64Array.from(history, BigInt)),
        mask: tensor('bool', shape, new Uint8Array(history.length).fill(1)),
      });
      const logProbs = float32Data(outputs.logProbs, 'logProbs');
      [...keys, END].forEach((next, t) => {
        const alone = -logProbs[t * vocabulary.size + next]!;
        const gap = Math.abs(alone - own.nll[offsets[s]! + t]!);
        // A graph that gives no number is as far away as can be.
        difference = Math.max(difference, Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap);
      });
    }
  } finally {
    await session.dispose();
  }
  return { graph, events: own.nll.length, difference };
}

// --- internal ---

const SEQUENCES = 20;
const LONGEST = 60;

/** Sequences of any keys in any order: agreement is not about what is likely. */
function sample(vocabulary: readonly string[], seed: number): SequenceSet {
  const rng = createRng(seed);
  // After the three that stand for an unseen key, a begin and an end.
  const keys = [...vocabulary.slice(3), 'a key that no log has'];
  return sequencesOf(
    Array.from({ length: SEQUENCES }, () => Array.from({ length: 1 + rng.int(LONGEST) }, () => rng.pick(keys))),
  );
}
