import { CaracalError } from '../errors.ts';
import type { SequenceSet } from '../types.ts';

/** Code of a key that training never showed. */
export const UNKNOWN = 0;
/** Code of the place before a session's first event. */
export const BEGIN = 1;
/** Code of a session's end. */
export const END = 2;

const MARKS = ['<unk>', '^', '$'] as const;

/** The keys a model knows, by number: `<unk>`, `^`, `$`, then the keys in order of first appearance. */
export interface Vocabulary {
  readonly size: number;
  readonly names: readonly string[];
  /** Code of each name, `UNKNOWN` for a name that is not in it. */
  encode(keyNames: readonly string[]): Int32Array;
}

/** Vocabulary of all keys that occur in `set`. */
export function buildVocabulary(set: SequenceSet): Vocabulary {
  const seen = new Uint8Array(set.keyNames.length);
  const names: string[] = [...MARKS];
  for (const key of set.keys) {
    if (seen[key]) continue;
    seen[key] = 1;
    const name = set.keyNames[key];
    if (name !== undefined) names.push(name);
  }
  return vocabularyFromNames(names);
}

/**
 * The vocabulary of a saved model.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` unless the names begin with the marks and are distinct
 */
export function vocabularyFromNames(names: readonly string[]): Vocabulary {
  const codes = new Map(names.map((name, code) => [name, code]));
  if (codes.size !== names.length || MARKS.some((mark, code) => names[code] !== mark)) {
    throw new CaracalError(
      'E_MODEL_CORRUPT',
      'the vocabulary must hold distinct names and begin with <unk>, ^ and $. Train the model again.',
    );
  }
  return {
    size: names.length,
    names,
    encode: (keyNames) => Int32Array.from(keyNames, (name) => codes.get(name) ?? UNKNOWN),
  };
}
