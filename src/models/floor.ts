import { CaracalError } from '../errors.ts';
import { scoreOffsets } from '../sequence/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import type { Detector, DetectorModel, EncodedModel, ModelDescription } from './detector.ts';
import { trainingDataHash } from './training-data.ts';

/**
 * A floor: a detector that remembers which facts it saw and is surprised by any other.
 * It needs no threshold: one fact never seen is an anomaly (score above 0).
 */
export interface FloorRule {
  readonly name: string;
  readonly source: string;
  /** The facts of one sequence of key names: one per score row, or a single one for the whole. */
  facts(keys: readonly string[], closed: boolean): string[];
}

const FILE = 'facts.json';

/** Makes a detector of a rule. A sequence's score is the number of its facts that training never showed. */
export function floorDetector(rule: FloorRule): Detector {
  const modelOf = (known: ReadonlySet<string>, description: ModelDescription): DetectorModel => ({
    detector: rule.name,
    description,
    score: async (set) => score(rule, known, set),
    encode: async () => ({
      description,
      files: new Map([[FILE, new TextEncoder().encode(JSON.stringify([...known]))]]),
    }),
    dispose: async () => {},
  });
  return {
    name: rule.name,
    supervised: false,
    causal: true,
    fit: async (train, _validation, options) => {
      const known = new Set<string>();
      for (let s = 0; s < train.count; s++) for (const fact of rule.facts(...sequence(train, s))) known.add(fact);
      return modelOf(known, {
        kind: rule.name,
        hyperParameters: {},
        vocabulary: [...new Set(Array.from(train.keys, (key) => train.keyNames[key] ?? ''))],
        seed: options.seed,
        history: [],
        trainingDataHash: trainingDataHash(train),
        trainingEvents: train.keys.length,
      });
    },
    decode: async (encoded) => modelOf(readFacts(encoded), encoded.description),
  };
}

// --- internal ---

function sequence(set: SequenceSet, s: number): [string[], boolean] {
  const keys = Array.from(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), (key) => set.keyNames[key] ?? '');
  return [keys, set.closed[s] === 1];
}

function score(rule: FloorRule, known: ReadonlySet<string>, set: SequenceSet): SequenceScores {
  const offsets = scoreOffsets(set);
  const rows = offsets[set.count] ?? 0;
  const nll = new Float32Array(rows);
  const rank = new Int32Array(rows).fill(1);
  const sequenceScore = new Float32Array(set.count);
  for (let s = 0; s < set.count; s++) {
    const start = offsets[s]!;
    const end = offsets[s + 1]!;
    const facts = rule.facts(...sequence(set, s));
    facts.forEach((fact, i) => {
      if (known.has(fact)) return;
      sequenceScore[s]! += 1;
      const row = facts.length === end - start ? start + i : end - 1;
      if (row < start) return;
      nll[row] = 1;
      rank[row] = known.size + 1;
    });
  }
  return { offsets, nll, rank, sequence: sequenceScore };
}

function readFacts({ files, description }: EncodedModel): Set<string> {
  try {
    const facts: unknown = JSON.parse(new TextDecoder().decode(files.get(FILE)));
    if (Array.isArray(facts) && facts.every((fact) => typeof fact === 'string')) return new Set(facts);
  } catch {
    // falls through to the error below: what matters is that the file is unusable
  }
  throw new CaracalError(
    'E_MODEL_CORRUPT',
    `${FILE} of the ${description.kind} model is missing or damaged. Train the model again.`,
  );
}
