import { CaracalError } from '../errors.ts';
import { byteKind, type MaskRule } from './masks.ts';
import { createLanguages, type Language } from './regular-language.ts';
import { kindsOf, MAX_KINDS } from './token-text.ts';

/** All masks as one deterministic automaton over classes of bytes. */
export interface MaskAutomaton {
  /** Names of the mask kinds, by number. */
  readonly kinds: readonly string[];
  /**
   * Class of each byte. The classes are ordered: digits are below `digitClasses`, all
   * word bytes below `wordClasses`, blanks follow up to `blankClasses`.
   */
  readonly classOf: Uint8Array;
  readonly classes: number;
  readonly digitClasses: number;
  readonly wordClasses: number;
  readonly blankClasses: number;
  /** 1 for classes of bytes that join names. */
  readonly joins: Uint8Array;
  /** Next state of `state + class`; states are multiples of `classes`, 0 is the dead one. */
  readonly next: Int32Array;
  /** Kind that a state accepts, plus one; by `state / classes`... stored at `state`, 0 for none. */
  readonly accepts: Uint8Array;
  /** First state after a byte that joins names, and after any other that is no word byte. */
  readonly startJoined: number;
  readonly startOpen: number;
}

/**
 * Compiles masks into one automaton whose states are vectors of derivatives.
 *
 * @throws CaracalError `E_CONFIG` for a pattern that is no regular language, matches
 * nothing at all, or needs too large an automaton
 */
export function compileMasks(masks: readonly MaskRule[]): MaskAutomaton {
  const kinds = kindsOf(masks);
  if (kinds.length > MAX_KINDS) {
    throw new CaracalError('E_CONFIG', `There are ${kinds.length} kinds of masks. Use at most ${MAX_KINDS}.`);
  }
  const languages = createLanguages();
  const roots = masks.map(({ pattern, kind }) => {
    const language = languages.parse(pattern);
    if (language.nullable) {
      throw new CaracalError(
        'E_CONFIG',
        `The mask <${kind}> matches the empty string. Make it match at least one byte.`,
        {
          pattern,
        },
      );
    }
    return language;
  });
  const kindOfRule = masks.map(({ kind }) => kinds.indexOf(kind));
  const partition = partitionBytes(languages.sets);
  const { classes } = partition;

  const states = new Map<string, number>([['', 0]]);
  const vectors: (readonly (readonly [rule: number, language: Language])[])[] = [[]];
  const transitions: number[] = new Array<number>(classes).fill(0);
  const accepts: number[] = new Array<number>(classes).fill(0);
  const stateOf = (vector: readonly (readonly [number, Language])[]): number => {
    const key = vector.map(([rule, language]) => `${rule}:${language.id}`).join(' ');
    const known = states.get(key);
    if (known !== undefined) return known;
    const state = vectors.length;
    if (state > MOST_STATES) {
      throw new CaracalError(
        'E_CONFIG',
        `The masks need more than ${MOST_STATES} states. Use fewer or simpler patterns.`,
      );
    }
    states.set(key, state);
    vectors.push(vector);
    return state;
  };
  const start = (joined: boolean): number =>
    stateOf(roots.flatMap((root, rule) => (joined && masks[rule]?.opening ? [] : [[rule, root] as const])));
  const startOpen = start(false);
  const startJoined = start(true);
  for (let state = 1; state < vectors.length; state++) {
    const vector = vectors[state] ?? [];
    const accepted = vector.find(([, language]) => language.nullable);
    accepts.push(accepted ? (kindOfRule[accepted[0]] ?? 0) + 1 : 0, ...new Array<number>(classes - 1).fill(0));
    for (const byte of partition.examples) {
      const after = vector
        .map(([rule, language]) => [rule, languages.derive(language, byte)] as const)
        .filter(([, language]) => language !== languages.empty);
      transitions.push(stateOf(after) * classes);
    }
  }
  return {
    kinds,
    ...partition,
    next: Int32Array.from(transitions),
    accepts: Uint8Array.from(accepts),
    startJoined: startJoined * classes,
    startOpen: startOpen * classes,
  };
}

// --- internal ---

const MOST_STATES = 20_000;

/** Classes of bytes that no set and no byte kind tells apart. */
function partitionBytes(sets: readonly Uint8Array[]) {
  const order = ['digit', 'letter', 'blank', 'joiner', 'punctuation'];
  const groups = new Map<string, number[]>();
  for (let byte = 0; byte < 256; byte++) {
    const key = `${order.indexOf(byteKind(byte))} ${sets.map((set) => set[byte]).join('')}`;
    const group = groups.get(key);
    if (group) group.push(byte);
    else groups.set(key, [byte]);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes);
  const classOf = new Uint8Array(256);
  const examples = sorted.map((bytes) => bytes[0] ?? 0);
  sorted.forEach((bytes, index) => {
    for (const byte of bytes) classOf[byte] = index;
  });
  const upTo = (...kinds: string[]): number => examples.filter((byte) => kinds.includes(byteKind(byte))).length;
  return {
    classOf,
    classes: sorted.length,
    digitClasses: upTo('digit'),
    wordClasses: upTo('digit', 'letter'),
    blankClasses: upTo('digit', 'letter', 'blank'),
    joins: Uint8Array.from(examples, (byte) => (byteKind(byte) === 'joiner' ? 1 : 0)),
    examples,
  };
}
