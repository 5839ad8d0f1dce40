import { scoreOffsets } from '../sequence/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import { align, boundedDistance } from './alignment.ts';
import { decodeBaseline, describeBaseline, encodeBaseline } from './baseline.ts';
import type { Detector, DetectorModel, ModelDescription } from './detector.ts';
import { resolveOptions } from './options.ts';

/** Options of the edit distance: both bound what one judgement costs. */
export interface EditDistanceOptions {
  /** Normal sequences that are compared in full, those with the most similar counts of keys first. */
  readonly candidates: number;
  /** Keys of a sequence that are compared; what comes after is not judged. */
  readonly length: number;
}

const DEFAULTS: EditDistanceOptions = { candidates: 20, length: 500 };

/**
 * Edit distance to the nearest normal sequence: how many keys must be put in, taken out or
 * exchanged, as a share of the longer of the two. An open session is compared with begins
 * of normal ones. Exact where no more than `candidates` normal sequences stay in question
 * once their counts of keys are compared; else it may be too large, never too small. The
 * rows that were put in or exchanged carry a score of 1, of a key that training never
 * showed 2; what is missing shows at the key that stands in its place.
 *
 * Source: Levenshtein 1966; as a detector of log sequences Landauer et al., "A critical
 * review of common log data sets used for evaluation of sequence-based anomaly detection
 * techniques", 2024.
 */
export const editDistance: Detector<EditDistanceOptions> = {
  name: 'edit-distance',
  supervised: false,
  causal: false,

  async fit(train, _validation, { seed, ...given }) {
    const options = resolveOptions('edit-distance', DEFAULTS, given);
    const description = describeBaseline('edit-distance', train, seed, { ...options });
    const codes = codesOf(train, description.vocabulary);
    const known = new Map<string, number[]>();
    for (let s = 0; s < train.count; s++) {
      const sequence = Array.from(sequenceOf(train, codes, s, options.length));
      known.set(sequence.join(' '), sequence);
    }
    return openModel(description, [...known.values()]);
  },

  async decode(encoded) {
    const isKnown = (data: unknown): data is number[][] =>
      Array.isArray(data) &&
      data.length > 0 &&
      data.every((list) => Array.isArray(list) && list.every(Number.isInteger));
    return openModel(encoded.description, decodeBaseline('edit-distance', encoded, isKnown));
  },
};

// --- internal ---

/** Code of a key that training never showed: equal to nothing. */
const UNSEEN = -1;

interface Known {
  readonly sequence: Int32Array;
  readonly counts: Int32Array;
}

interface Nearest {
  /** As a share of the longer sequence. */
  readonly distance: number;
  readonly sequence: Int32Array;
}

function openModel(description: ModelDescription, sequences: readonly (readonly number[])[]): DetectorModel {
  const { vocabulary, hyperParameters } = description;
  const options = resolveOptions('edit-distance', DEFAULTS, hyperParameters as Partial<EditDistanceOptions>);
  const known = sequences.map((list): Known => {
    const sequence = Int32Array.from(list);
    return { sequence, counts: countsOf(sequence, vocabulary.length) };
  });
  return {
    detector: 'edit-distance',
    description,
    score: async (set) => score(set, vocabulary, known, options),
    encode: async () => encodeBaseline(description, sequences),
    dispose: async () => {},
  };
}

function score(
  set: SequenceSet,
  vocabulary: readonly string[],
  known: readonly Known[],
  options: EditDistanceOptions,
): SequenceScores {
  const offsets = scoreOffsets(set);
  const nll = new Float32Array(offsets[set.count]!);
  const rank = new Int32Array(nll.length).fill(1);
  const sequenceScores = new Float32Array(set.count);
  const codes = codesOf(set, vocabulary);
  const judged = new Map<string, { readonly nearest: Nearest; readonly wrong: readonly number[] }>();
  for (let s = 0; s < set.count; s++) {
    const sequence = sequenceOf(set, codes, s, options.length);
    const whole = set.closed[s] === 1;
    const text = `${whole} ${sequence.join(' ')}`;
    let found = judged.get(text);
    if (!found) {
      const nearest = nearestTo(sequence, whole, known, vocabulary.length, options.candidates);
      const wrong = nearest.distance === 0 ? [] : align(sequence, nearest.sequence, whole);
      found = { nearest, wrong };
      judged.set(text, found);
    }
    sequenceScores[s] = found.nearest.distance;
    for (const at of found.wrong) {
      const row = offsets[s]! + at;
      if (row >= offsets[s + 1]!) continue;
      nll[row] = sequence[at] === UNSEEN ? 2 : 1;
      rank[row] = vocabulary.length + 1;
    }
  }
  return { offsets, nll, rank, sequence: sequenceScores };
}

/** The nearest known sequence; the most promising by their counts come first, and their bounds end the search. */
function nearestTo(
  sequence: Int32Array,
  whole: boolean,
  known: readonly Known[],
  keys: number,
  candidates: number,
): Nearest {
  const counts = countsOf(sequence, keys);
  const bounds = Float64Array.from(known, (other) => {
    const longer = whole ? Math.max(sequence.length, other.sequence.length) : sequence.length;
    return longer === 0 ? 0 : leastDistance(sequence.length, counts, other, whole) / longer;
  });
  const order = Int32Array.from(known, (_, i) => i).sort((a, b) => bounds[a]! - bounds[b]! || a - b);
  let best: Nearest = { distance: Number.POSITIVE_INFINITY, sequence: known[order[0]!]!.sequence };
  for (const i of order.subarray(0, candidates)) {
    if (bounds[i]! >= best.distance) break;
    const other = known[i]!.sequence;
    const longer = Math.max(1, whole ? Math.max(sequence.length, other.length) : sequence.length);
    const distance = boundedDistance(sequence, other, whole, Math.ceil(Math.min(1, best.distance) * longer)) / longer;
    if (distance < best.distance) best = { distance, sequence: other };
  }
  return best;
}

/** No alignment needs fewer edits: keys of which there are too many go, keys of which there are too few come. */
function leastDistance(length: number, counts: Int32Array, other: Known, whole: boolean): number {
  let shared = 0;
  for (let key = 0; key < counts.length; key++) shared += Math.min(counts[key]!, other.counts[key]!);
  return whole ? Math.max(length, other.sequence.length) - shared : length - shared;
}

function countsOf(sequence: Int32Array, keys: number): Int32Array {
  const counts = new Int32Array(keys);
  for (const code of sequence) if (code !== UNSEEN) counts[code]! += 1;
  return counts;
}

function codesOf(set: SequenceSet, vocabulary: readonly string[]): Int32Array {
  const places = new Map(vocabulary.map((name, place) => [name, place]));
  return Int32Array.from(set.keyNames, (name) => places.get(name) ?? UNSEEN);
}

function sequenceOf(set: SequenceSet, codes: Int32Array, s: number, most: number): Int32Array {
  const start = set.offsets[s]!;
  return set.keys.subarray(start, Math.min(set.offsets[s + 1]!, start + most)).map((key) => codes[key]!);
}
