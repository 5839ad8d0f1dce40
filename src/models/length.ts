import { CaracalError } from '../errors.ts';
import { scoreOffsets } from '../sequence/index.ts';
import type { Detector, DetectorModel, ModelDescription } from './detector.ts';
import { decodeJsonFile, encodeJsonFile } from './json-file.ts';
import { corruptModel } from './network-files.ts';
import { trainingDataHash } from './training-data.ts';

const FILE = 'lengths.json';

/**
 * How unusual a session's length is: the distance to the nearest length that training
 * showed, plus the share of normal sessions that are of another length. The event with
 * which a session gets too long, or its end where it is too short, carries the score.
 *
 * Source: the length detector of Landauer et al., "A critical review of common log data
 * sets used for evaluation of sequence-based anomaly detection techniques", 2024.
 */
export const sessionLength: Detector = {
  name: 'length',
  supervised: false,
  causal: false,

  async fit(train, _validation, { seed }) {
    if (train.keys.length === 0) {
      throw new CaracalError('E_TOO_LITTLE_DATA', 'There is no event to learn from; give more normal sequences.');
    }
    const counts = new Map<number, number>();
    for (let s = 0; s < train.count; s++) {
      const length = train.offsets[s + 1]! - train.offsets[s]!;
      counts.set(length, (counts.get(length) ?? 0) + 1);
    }
    const description: ModelDescription = {
      kind: 'length',
      hyperParameters: {},
      vocabulary: [...new Set(Array.from(train.keys, (key) => train.keyNames[key] ?? ''))],
      seed,
      history: [],
      trainingDataHash: trainingDataHash(train),
      trainingEvents: train.keys.length,
    };
    return openModel(description, counts);
  },

  async decode({ description, files }) {
    if (description.kind !== 'length') throw corruptModel(`it is of the kind ${description.kind}, not length`);
    const read = decodeJsonFile(FILE, files.get(FILE));
    const sound =
      Array.isArray(read) &&
      read.length > 0 &&
      read.every((pair) => Array.isArray(pair) && pair.every(Number.isInteger));
    if (!sound) throw corruptModel(`${FILE} holds no lengths`);
    return openModel(description, new Map(read as [number, number][]));
  },
};

// --- internal ---

function openModel(description: ModelDescription, counts: ReadonlyMap<number, number>): DetectorModel {
  const known = [...counts.keys()].sort((a, b) => a - b);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const scoreOf = (length: number): number => {
    const distance = Math.min(...known.map((other) => Math.abs(other - length)));
    return distance + 1 - (counts.get(length) ?? 0) / total;
  };
  const longest = known.at(-1) ?? 0;
  return {
    detector: 'length',
    description,
    score: async (set) => {
      const offsets = scoreOffsets(set);
      const nll = new Float32Array(offsets[set.count]!);
      const rank = new Int32Array(nll.length).fill(1);
      const sequence = new Float32Array(set.count);
      for (let s = 0; s < set.count; s++) {
        const length = set.offsets[s + 1]! - set.offsets[s]!;
        // An open session may still grow.
        if (!set.closed[s] && length <= longest) continue;
        sequence[s] = scoreOf(length);
        const row = length > longest ? offsets[s]! + longest : offsets[s + 1]! - 1;
        if (row < offsets[s]! || counts.has(length)) continue;
        nll[row] = sequence[s]!;
        rank[row] = 2;
      }
      return { offsets, nll, rank, sequence };
    },
    encode: async () => ({ description, files: new Map([[FILE, encodeJsonFile([...counts])]]) }),
    dispose: async () => {},
  };
}
