import { defaultMasks, type MaskRule } from './masks.ts';
import { requireRange } from './option-range.ts';

/** Settings of FT-Tree. */
export interface FtTreeOptions {
  /** A node with more branches than this is cut there: what branches is a parameter. */
  readonly leafNum: number;
  /** Lines of fewer words stay out of the tree: each text is a template, reported apart. */
  readonly shortThreshold: number;
  /** Texts that are collected before the tree is learned again and they become templates. */
  readonly relearnAfter: number;
  /** Templates kept at most when it is learned again; the least frequent give way. */
  readonly maxClusters: number;
  /** Shapes of lines whose template is remembered; when there are more, all are forgotten. */
  readonly memory: number;
  readonly masks: readonly MaskRule[];
  /** Look for users, addresses, processes and hosts. */
  readonly entities: boolean;
}

/** Defaults (docs/parsing.md has the measurement). */
export const ftTreeDefaults: FtTreeOptions = {
  leafNum: 8,
  shortThreshold: 2,
  relearnAfter: 10_000,
  maxClusters: 10_000,
  memory: 131_072,
  masks: defaultMasks,
  entities: true,
};

/**
 * Options with their defaults.
 *
 * @throws CaracalError `E_USAGE` for a value out of range
 */
export function ftTreeOptions(options: Partial<FtTreeOptions> = {}): FtTreeOptions {
  const all = { ...ftTreeDefaults, ...options };
  requireRange('leafNum', all.leafNum, 1, 1_000_000, true);
  requireRange('shortThreshold', all.shortThreshold, 0, 250, true);
  requireRange('relearnAfter', all.relearnAfter, 1, 10_000_000, true);
  requireRange('maxClusters', all.maxClusters, 1, 10_000_000, true);
  requireRange('memory', all.memory, 1, 10_000_000, true);
  return all;
}
