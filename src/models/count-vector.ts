import { CaracalError } from '../errors.ts';
import { scoreOffsets } from '../sequence/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import type { Detector, DetectorModel, ModelDescription } from './detector.ts';
import { decodeJsonFile, encodeJsonFile } from './json-file.ts';
import { corruptModel } from './network-files.ts';
import { trainingDataHash } from './training-data.ts';

const FILE = 'count-vectors.json';

/**
 * Distance to the nearest normal session as a bag of keys: how many events one would
 * have to add or take away to make it a session that training showed, whatever their
 * order. Row scores say which keys are too many or missing.
 *
 * Source: Landauer et al., "A critical review of common log data sets used for evaluation
 * of sequence-based anomaly detection techniques", 2024 (unseen count vectors), graded by
 * the L1 distance.
 */
export const countVector: Detector = {
  name: 'count-vector',
  supervised: false,
  causal: false,

  async fit(train, _validation, { seed }) {
    if (train.keys.length === 0) {
      throw new CaracalError('E_TOO_LITTLE_DATA', 'There is no event to learn from; give more normal sequences.');
    }
    const vectors = new Map<string, Vector>();
    for (let s = 0; s < train.count; s++) {
      const vector = countsOf(train, s);
      vectors.set(textOf(vector), vector);
    }
    const description: ModelDescription = {
      kind: 'count-vector',
      hyperParameters: {},
      vocabulary: [...new Set(Array.from(train.keys, (key) => train.keyNames[key] ?? ''))],
      seed,
      history: [],
      trainingDataHash: trainingDataHash(train),
      trainingEvents: train.keys.length,
    };
    return openModel(description, [...vectors.values()]);
  },

  async decode({ description, files }) {
    if (description.kind !== 'count-vector')
      throw corruptModel(`it is of the kind ${description.kind}, not count-vector`);
    return openModel(description, readVectors(files.get(FILE)));
  },
};

// --- internal ---

/** How often each key occurs, keys that do not occur left out. */
type Vector = ReadonlyMap<string, number>;

function openModel(description: ModelDescription, known: readonly Vector[]): DetectorModel {
  const nearestTo = nearestIn(known);
  return {
    detector: 'count-vector',
    description,
    score: async (set) => score(set, description.vocabulary.length + 1, nearestTo),
    encode: async () => ({
      description,
      files: new Map([[FILE, encodeJsonFile(known.map((vector) => [...vector]))]]),
    }),
    dispose: async () => {},
  };
}

function score(
  set: SequenceSet,
  worst: number,
  nearestTo: (vector: Vector) => { distance: number; vector: Vector },
): SequenceScores {
  const offsets = scoreOffsets(set);
  const nll = new Float32Array(offsets[set.count]!);
  const rank = new Int32Array(nll.length).fill(1);
  const sequence = new Float32Array(set.count);
  const judged = new Map<string, ReturnType<typeof nearestTo>>();
  for (let s = 0; s < set.count; s++) {
    const vector = countsOf(set, s);
    const text = textOf(vector);
    const nearest = judged.get(text) ?? nearestTo(vector);
    judged.set(text, nearest);
    sequence[s] = nearest.distance;
    if (nearest.distance === 0) continue;
    // Occurrences beyond the nearest session's are too many; what is missing shows at the end.
    const left = new Map(nearest.vector);
    let row = offsets[s]!;
    for (let at = set.offsets[s]!; at < set.offsets[s + 1]!; at++, row++) {
      const key = set.keyNames[set.keys[at]!]!;
      const allowed = left.get(key) ?? 0;
      if (allowed > 0) left.set(key, allowed - 1);
      else {
        nll[row] = nearest.vector.has(key) ? 1 : 2;
        rank[row] = worst;
      }
    }
    const missing = [...left.values()].reduce((sum, times) => sum + times, 0);
    if (row < offsets[s + 1]! && missing > 0) {
      nll[row] = 1;
      rank[row] = worst;
    }
  }
  return { offsets, nll, rank, sequence };
}

/** Finds the nearest known vector; those of similar size are tried first, and the size bounds the distance. */
function nearestIn(known: readonly Vector[]): (vector: Vector) => { distance: number; vector: Vector } {
  const sized = known.map((vector) => ({ vector, size: sizeOf(vector) })).sort((a, b) => a.size - b.size);
  return (wanted) => {
    const size = sizeOf(wanted);
    let best: { distance: number; vector: Vector } = { distance: size, vector: new Map() };
    let high = sized.findIndex((candidate) => candidate.size >= size);
    if (high < 0) high = sized.length;
    let low = high - 1;
    for (;;) {
      const below = low >= 0 ? size - sized[low]!.size : Number.POSITIVE_INFINITY;
      const above = high < sized.length ? sized[high]!.size - size : Number.POSITIVE_INFINITY;
      if (Math.min(below, above) >= best.distance) return best;
      const candidate = above <= below ? sized[high++]!.vector : sized[low--]!.vector;
      const distance = distanceOf(wanted, candidate, best.distance);
      if (distance < best.distance) best = { distance, vector: candidate };
    }
  };
}

/** Sum of the differences of counts; anything from `limit` on may be returned as `limit`. */
function distanceOf(a: Vector, b: Vector, limit: number): number {
  let distance = 0;
  for (const [key, times] of a) {
    distance += Math.abs(times - (b.get(key) ?? 0));
    if (distance >= limit) return limit;
  }
  for (const [key, times] of b) if (!a.has(key)) distance += times;
  return Math.min(distance, limit);
}

function countsOf(set: SequenceSet, s: number): Vector {
  const counts = new Map<string, number>();
  for (let at = set.offsets[s]!; at < set.offsets[s + 1]!; at++) {
    const key = set.keyNames[set.keys[at]!]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function sizeOf(vector: Vector): number {
  let size = 0;
  for (const times of vector.values()) size += times;
  return size;
}

function textOf(vector: Vector): string {
  return JSON.stringify([...vector].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readVectors(bytes: Uint8Array | undefined): Vector[] {
  const read = decodeJsonFile(FILE, bytes);
  if (Array.isArray(read) && read.length > 0 && read.every(isVector)) return read.map((pairs) => new Map(pairs));
  throw corruptModel(`${FILE} holds no count vectors`);
}

function isVector(value: unknown): value is [string, number][] {
  return (
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && typeof pair[0] === 'string' && Number.isInteger(pair[1]))
  );
}
