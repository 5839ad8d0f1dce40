import { CaracalError } from '../errors.ts';
import { defaultMasks, type MaskRule } from './masks.ts';
import { requireRange } from './option-range.ts';

/** Settings of Drain. */
export interface DrainOptions {
  /** Depth of the tree: the length, `depth - 2` leading tokens, the clusters. */
  readonly depth: number;
  /** Share of equal tokens from which a message joins a cluster. */
  readonly simThreshold: number;
  /** Children of a node besides the one for `<*>`; more tokens than that share `<*>`. */
  readonly maxChildren: number;
  /** Templates kept at most; the least recently used gives way to a new one. */
  readonly maxClusters: number;
  /** Words that never become wildcards: lines that differ in one of them are of different templates. */
  readonly protectedWords: readonly string[];
  /** Characters that separate tokens as blanks do: ASCII, no letters or digits. */
  readonly delimiters: string;
  readonly masks: readonly MaskRule[];
  /** Look for users, addresses, processes and hosts. */
  readonly entities: boolean;
}

/** Defaults of He et al. (ICWS 2017), bounds of our own. */
export const drainDefaults: DrainOptions = {
  depth: 4,
  simThreshold: 0.4,
  maxChildren: 100,
  maxClusters: 10_000,
  protectedWords: [],
  delimiters: '',
  masks: defaultMasks,
  entities: true,
};

/** Nodes of the tree below the lengths; when they are used up, new tokens go under `<*>`. */
export const MAX_NODES = 200_000;

/**
 * Options with their defaults.
 *
 * @throws CaracalError `E_USAGE` for a value out of range
 */
export function drainOptions(options: Partial<DrainOptions> = {}): DrainOptions {
  const all = { ...drainDefaults, ...options };
  requireRange('depth', all.depth, 2, 32, true);
  requireRange('simThreshold', all.simThreshold, 0, 1, false);
  requireRange('maxChildren', all.maxChildren, 1, 1_000_000, true);
  requireRange('maxClusters', all.maxClusters, 1, 10_000_000, true);
  const odd = /[A-Za-z0-9]|[^\0-\x7f]/.exec(all.delimiters)?.[0];
  if (odd !== undefined) {
    throw new CaracalError(
      'E_USAGE',
      `The delimiter ${JSON.stringify(odd)} is a letter or digit. Use ASCII punctuation, such as "=:,".`,
      { delimiter: odd },
    );
  }
  // The same characters in any order are the same setting.
  return { ...all, delimiters: [...new Set(all.delimiters)].sort().join('') };
}
