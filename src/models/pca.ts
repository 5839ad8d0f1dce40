import { scoreOffsets } from '../sequence/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { decodeBaseline, describeBaseline, encodeBaseline } from './baseline.ts';
import { countRows } from './count-rows.ts';
import type { Detector, DetectorModel, ModelDescription } from './detector.ts';
import { resolveOptions } from './options.ts';
import { type Components, principalComponents } from './principal-components.ts';

/** Options of the PCA detector. */
export interface PcaOptions {
  /** Percent of the variance that the normal subspace must hold. */
  readonly variancePercent: number;
  /** Most dimensions of the normal subspace. */
  readonly components: number;
}

const DEFAULTS: PcaOptions = { variancePercent: 95, components: 64 };

/**
 * Principal components of count vectors: the directions that hold 95 % of the variance of
 * normal sessions are the normal subspace, and a session's score is the squared length of
 * what lies outside it (SPE). Counts are weighted by tf-idf and centred. A key that
 * training never showed lies outside by itself. How far a session goes *along* a normal
 * direction is not seen: ten times the usual reads may be as normal as any.
 *
 * Source: Xu et al., "Detecting Large-Scale System Problems by Mining Console Logs", SOSP
 * 2009. There the Q-statistic chooses the threshold, which assumes normal residuals; here
 * held-out sessions do, as for every detector. Its idf is zero for a key of every session;
 * here it is log((1 + n) / (1 + df)) + 1, so that such a key's absence is seen.
 */
export const pca: Detector<PcaOptions> = {
  name: 'pca',
  supervised: false,
  causal: false,

  async fit(train, _validation, { seed, ...given }) {
    const options = resolveOptions('pca', DEFAULTS, given);
    const description = describeBaseline('pca', train, seed, { ...options });
    const rows = countRows(train, description.vocabulary);
    const weights = inverseFrequencies(train, rows.size, (s) => rows.of(s).counts);
    const vectors = Array.from({ length: train.count }, (_, s) => weighted(rows.of(s).counts, weights));
    const share = options.variancePercent / 100;
    const components = principalComponents(vectors, { share, most: options.components, rng: createRng(seed) });
    const newKey = Math.log(1 + train.count) + 1;
    return openModel(description, { weights: [...weights], newKey, ...components });
  },

  async decode(encoded) {
    const size = encoded.description.vocabulary.length;
    const isState = (data: unknown): data is PcaState => {
      const { weights, newKey, mean, directions } = data as PcaState;
      const isVector = (vector: unknown): boolean =>
        Array.isArray(vector) && vector.length === size && vector.every(Number.isFinite);
      return typeof newKey === 'number' && Array.isArray(directions) && [weights, mean, ...directions].every(isVector);
    };
    return openModel(encoded.description, decodeBaseline('pca', encoded, isState));
  },
};

// --- internal ---

interface PcaState extends Components {
  /** Inverse document frequency of each key. */
  readonly weights: readonly number[];
  /** The same of a key that training never showed. */
  readonly newKey: number;
}

function openModel(description: ModelDescription, state: PcaState): DetectorModel {
  return {
    detector: 'pca',
    description,
    score: async (set) => score(set, description.vocabulary, state),
    encode: async () => encodeBaseline(description, state),
    dispose: async () => {},
  };
}

function score(set: SequenceSet, vocabulary: readonly string[], state: PcaState): SequenceScores {
  const { weights, newKey } = state;
  const offsets = scoreOffsets(set);
  const nll = new Float32Array(offsets[set.count]!);
  const rank = new Int32Array(nll.length).fill(1);
  const sequence = new Float32Array(set.count);
  const rows = countRows(set, vocabulary);
  const places = new Map(vocabulary.map((name, place) => [name, place]));
  for (let s = 0; s < set.count; s++) {
    const { counts, unknown } = rows.of(s);
    const residual = residualOf(weighted(counts, weights), state);
    let sum = unknown * (newKey * newKey);
    let missing = 0;
    for (const part of residual) {
      sum += part * part;
      if (part < 0) missing += part * part;
    }
    sequence[s] = sum;
    // What is too much is shared among its events, what is too little shows at the end.
    let row = offsets[s]!;
    for (let at = set.offsets[s]!; at < set.offsets[s + 1]!; at++, row++) {
      const place = places.get(set.keyNames[set.keys[at]!]!);
      if (place === undefined) {
        nll[row] = sum;
        rank[row] = vocabulary.length + 1;
      } else nll[row] = Math.max(0, residual[place]!) ** 2 / counts[place]!;
    }
    if (row < offsets[s + 1]!) nll[row] = missing;
  }
  return { offsets, nll, rank, sequence };
}

/** What of `vector` lies outside the normal subspace. */
function residualOf(vector: Float64Array, { mean, directions }: Components): Float64Array {
  const residual = vector.map((value, i) => value - mean[i]!);
  const centred = residual.slice();
  for (const direction of directions) {
    let along = 0;
    for (let i = 0; i < centred.length; i++) along += centred[i]! * direction[i]!;
    for (let i = 0; i < residual.length; i++) residual[i]! -= along * direction[i]!;
  }
  return residual;
}

function inverseFrequencies(train: SequenceSet, size: number, countsOf: (s: number) => Float64Array): Float64Array {
  const sessions = new Float64Array(size);
  for (let s = 0; s < train.count; s++) {
    const counts = countsOf(s);
    for (let i = 0; i < size; i++) if (counts[i]! > 0) sessions[i]! += 1;
  }
  return sessions.map((df) => Math.log((1 + train.count) / (1 + df)) + 1);
}

function weighted(counts: Float64Array, weights: ArrayLike<number>): Float64Array {
  return counts.map((count, i) => count * weights[i]!);
}
