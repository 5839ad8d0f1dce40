import { defaultMasks, type MaskRule } from './masks.ts';
import { requireRange } from './option-range.ts';

/** Settings of Spell. */
export interface SpellOptions {
  /** Share of a line's words that it must have in common with a template to join it. */
  readonly tau: number;
  /** Forms in which the lines of one template may come to be templates of their own. */
  readonly splitForms: number;
  /** Lines of each form that it takes. */
  readonly splitCount: number;
  /** Templates kept at most; the least recently used gives way to a new one. */
  readonly maxClusters: number;
  /** Shapes of lines whose template is remembered; when there are more, all are forgotten. */
  readonly memory: number;
  readonly masks: readonly MaskRule[];
  /** Look for users, addresses, processes and hosts. */
  readonly entities: boolean;
}

/**
 * Defaults. With the 0.5 of Du and Li (ICDM 2016) lines that share only their small
 * words become one template, because masks are equal words too; 0.8 asks for four words in
 * five (docs/parsing.md has the measurement).
 */
export const spellDefaults: SpellOptions = {
  tau: 0.8,
  splitForms: 4,
  splitCount: 20,
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
export function spellOptions(options: Partial<SpellOptions> = {}): SpellOptions {
  const all = { ...spellDefaults, ...options };
  requireRange('tau', all.tau, 0.01, 1, false);
  requireRange('splitForms', all.splitForms, 1, 64, true);
  requireRange('splitCount', all.splitCount, 1, 1_000_000_000, true);
  requireRange('maxClusters', all.maxClusters, 1, 1_000_000, true);
  requireRange('memory', all.memory, 1, 10_000_000, true);
  return all;
}
