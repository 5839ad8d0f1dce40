import { scoreOffsets } from '../sequence/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import { createRng, type Rng } from '../util/rng.ts';
import { decodeBaseline, describeBaseline, encodeBaseline } from './baseline.ts';
import { countRows } from './count-rows.ts';
import type { Detector, DetectorModel, ModelDescription } from './detector.ts';
import { resolveOptions } from './options.ts';

/** Options of the isolation forest. */
export interface IsolationForestOptions {
  readonly trees: number;
  /** Sessions that each tree is grown from. */
  readonly sampleSize: number;
}

const DEFAULTS: IsolationForestOptions = { trees: 100, sampleSize: 256 };

/**
 * Isolation forest on count vectors: random splits of random keys isolate an unusual
 * session after few of them; the score is 2^(-mean path / usual path), from 0 to 1, and
 * stands at the end of the session. Splits lie within what training showed: a key that it
 * never showed, or one of the same count in all its sessions, is in no split and not seen,
 * and beyond the usual range all amounts are one.
 *
 * Source: Liu, Ting & Zhou, "Isolation Forest", ICDM 2008.
 */
export const isolationForest: Detector<IsolationForestOptions> = {
  name: 'isolation-forest',
  supervised: false,
  causal: false,

  async fit(train, _validation, { seed, ...given }) {
    const options = resolveOptions('isolation-forest', DEFAULTS, given);
    const description = describeBaseline('isolation-forest', train, seed, { ...options });
    const rows = countRows(train, description.vocabulary);
    const vectors = Array.from({ length: train.count }, (_, s) => rows.of(s).counts.slice());
    const rng = createRng(seed).fork('isolation forest');
    const size = Math.min(options.sampleSize, vectors.length);
    const depth = Math.ceil(Math.log2(Math.max(2, size)));
    const trees = Array.from({ length: options.trees }, () => grow(sample(vectors, size, rng), depth, rng));
    return openModel(description, { size, trees });
  },

  async decode(encoded) {
    const isForest = (data: unknown): data is Forest => {
      const { size, trees } = data as Forest;
      return Number.isInteger(size) && Array.isArray(trees) && trees.length > 0;
    };
    return openModel(encoded.description, decodeBaseline('isolation-forest', encoded, isForest));
  },
};

// --- internal ---

/** A leaf is the number of training sessions in it; a branch splits the count of one key. */
type Tree = number | readonly [key: number, split: number, below: Tree, above: Tree];

interface Forest {
  readonly size: number;
  readonly trees: readonly Tree[];
}

function openModel(description: ModelDescription, forest: Forest): DetectorModel {
  return {
    detector: 'isolation-forest',
    description,
    score: async (set) => score(set, description.vocabulary, forest),
    encode: async () => encodeBaseline(description, forest),
    dispose: async () => {},
  };
}

function score(set: SequenceSet, vocabulary: readonly string[], { size, trees }: Forest): SequenceScores {
  const offsets = scoreOffsets(set);
  const nll = new Float32Array(offsets[set.count]!);
  const rank = new Int32Array(nll.length).fill(1);
  const sequence = new Float32Array(set.count);
  const rows = countRows(set, vocabulary);
  const usual = Math.max(1, averagePath(size));
  for (let s = 0; s < set.count; s++) {
    const { counts } = rows.of(s);
    const mean = trees.reduce<number>((sum, tree) => sum + pathLength(tree, counts), 0) / trees.length;
    sequence[s] = 2 ** (-mean / usual);
    if (set.closed[s] === 1) nll[offsets[s + 1]! - 1] = sequence[s]!;
  }
  return { offsets, nll, rank, sequence };
}

function sample(vectors: readonly Float64Array[], size: number, rng: Rng): Float64Array[] {
  const order = rng.shuffle(Int32Array.from(vectors, (_, i) => i));
  return Array.from(order.subarray(0, size), (i) => vectors[i]!);
}

function grow(vectors: readonly Float64Array[], depth: number, rng: Rng): Tree {
  if (depth === 0 || vectors.length <= 1) return vectors.length;
  const ranges = Array.from(vectors[0]!, (_, key) => rangeOf(vectors, key)).filter(({ least, most }) => most > least);
  if (ranges.length === 0) return vectors.length;
  const { key, least, most } = rng.pick(ranges);
  const split = least + rng.next() * (most - least);
  const below = vectors.filter((vector) => vector[key]! <= split);
  const above = vectors.filter((vector) => vector[key]! > split);
  return [key, split, grow(below, depth - 1, rng), grow(above, depth - 1, rng)];
}

function rangeOf(vectors: readonly Float64Array[], key: number): { key: number; least: number; most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const vector of vectors) {
    least = Math.min(least, vector[key]!);
    most = Math.max(most, vector[key]!);
  }
  return { key, least, most };
}

function pathLength(tree: Tree, counts: Float64Array): number {
  let node = tree;
  let length = 0;
  while (typeof node !== 'number') {
    node = counts[node[0]]! <= node[1] ? node[2] : node[3];
    length++;
  }
  return length + averagePath(node);
}

/** Mean path length of an unsuccessful search in a binary search tree of n entries: c(n) of the paper. */
function averagePath(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + 0.5772156649015329) - (2 * (n - 1)) / n;
}
