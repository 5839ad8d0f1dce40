import { CaracalError } from '../errors.ts';
import { checkIrregular } from './irregular-masks.ts';
import { type ByteKind, byteKind, type MaskRule } from './masks.ts';
import { createLanguages, type Language, type Languages } from './regular-language.ts';
import { startRules } from './start-states.ts';
import { kindsOf, MAX_KINDS } from './token-text.ts';

/** All masks as one deterministic automaton over classes of bytes. */
export interface MaskAutomaton {
  /** Masks that are no regular language, and not in the automaton; see `irregular-masks.ts`. */
  readonly irregular: readonly MaskRule[];
  /** Names of all mask kinds, by number. */
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
  /** States from this one on accept: a match may end there. */
  readonly firstAccepting: number;
  /** Kind that an accepting state stands for, at the index of the state. */
  readonly accepts: Uint8Array;
  /** First states, by what is known of the place; see `start-states.ts`. */
  readonly starts: Int32Array;
  /** Whether digits beside other digits are all alike to the masks, but for a 0 at the beginning of a number. */
  readonly digitsAlike: boolean;
}

/**
 * Compiles masks into one automaton whose states are vectors of derivatives. Delimiters are
 * among its blanks. Masks that are no regular language are left aside.
 *
 * @throws CaracalError `E_CONFIG` for a pattern that is no regular expression, matches the
 * empty string, or needs too large an automaton
 */
export function compileMasks(masks: readonly MaskRule[], delimiters = ''): MaskAutomaton {
  const kinds = kindsOf(masks);
  if (kinds.length > MAX_KINDS) {
    throw new CaracalError('E_CONFIG', `There are ${kinds.length} kinds of masks. Use at most ${MAX_KINDS}.`);
  }
  const languages = createLanguages();
  const regular: MaskRule[] = [];
  const irregular: MaskRule[] = [];
  const roots = masks.flatMap((mask) => {
    const { pattern, kind } = mask;
    const language = regularOrNone(languages, mask);
    if (!language) {
      irregular.push(mask);
      return [];
    }
    regular.push(mask);
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
  const kindOf = (byte: number): ByteKind => byteKind(byte, delimiters);
  const partition = partitionBytes(languages.sets, kindOf);
  const { classes } = partition;

  /** A state: for each rule that may still match, the language of what must follow. */
  type Vector = readonly { readonly rule: number; readonly language: Language }[];
  const states: StateNode = { state: 0, children: new Map() };
  const vectors: Vector[] = [[]];
  const stateOf = (vector: Vector): number => {
    let node = states;
    for (const { rule, language } of vector) node = childOf(node, language.id * masks.length + rule);
    if (node.state >= 0) return node.state;
    const state = vectors.length;
    if (state > MOST_STATES) {
      throw new CaracalError(
        'E_CONFIG',
        `The masks need more than ${MOST_STATES} states. Use fewer or simpler patterns.`,
      );
    }
    node.state = state;
    vectors.push(vector);
    return state;
  };
  const rules = roots.map((language, rule) => ({ language, opening: regular[rule]?.opening === true }));
  const starts = startRules(languages, rules, partition.examples, kindOf).map((takes) =>
    stateOf(roots.flatMap((language, rule) => (takes[rule] ? [{ rule, language }] : []))),
  );
  const transitions: number[][] = [new Array<number>(classes).fill(0)];
  for (let state = 1; state < vectors.length; state++) {
    const vector = vectors[state] ?? [];
    const row = partition.examples.map((byte) => {
      const after: { rule: number; language: Language }[] = [];
      for (const { rule, language } of vector) {
        const derived = languages.derive(language, byte);
        if (derived !== languages.empty) after.push({ rule, language: derived });
      }
      return after.length === 0 ? 0 : stateOf(after);
    });
    transitions.push(row);
  }
  const accepted = vectors.map((vector) => vector.find(({ language }) => language.nullable)?.rule);
  // Renumbered so that one comparison tells whether a state accepts.
  const order = [...vectors.keys()].sort(
    (x, y) => Number(accepted[x] !== undefined) - Number(accepted[y] !== undefined),
  );
  const place = new Map(order.map((state, index) => [state, index * classes]));
  const placeOf = (state: number): number => place.get(state) ?? 0;
  const next = new Int32Array(vectors.length * classes);
  const accepts = new Uint8Array(next.length);
  for (const state of order) {
    next.set((transitions[state] ?? []).map(placeOf), placeOf(state));
    const rule = accepted[state];
    if (rule !== undefined) accepts[placeOf(state)] = kinds.indexOf(regular[rule]?.kind ?? '');
  }
  return {
    irregular,
    kinds,
    ...partition,
    next,
    accepts,
    firstAccepting: accepted.filter((rule) => rule === undefined).length * classes,
    starts: Int32Array.from(starts, placeOf),
    digitsAlike: areDigitsAlike(partition, next),
  };
}

// --- internal ---

const MOST_STATES = 20_000;

/** The language of a mask, if it has one. */
function regularOrNone(languages: Languages, mask: MaskRule): Language | undefined {
  try {
    return languages.parse(mask.pattern);
  } catch (error) {
    if (!(error instanceof CaracalError) || error.data.irregular !== true) throw error;
    checkIrregular(mask);
    return undefined;
  }
}

/** Vectors by their elements: much faster than making strings of them. */
interface StateNode {
  /** -1 where no vector ends. */
  state: number;
  readonly children: Map<number, StateNode>;
}

function childOf(node: StateNode, key: number): StateNode {
  const known = node.children.get(key);
  if (known) return known;
  const made: StateNode = { state: -1, children: new Map() };
  node.children.set(key, made);
  return made;
}

/** Whether the digits but 0 are one class, and after a digit 0 leads where they lead. */
function areDigitsAlike(
  { classOf, classes, digitClasses }: Pick<MaskAutomaton, 'classOf' | 'classes' | 'digitClasses'>,
  next: Int32Array,
): boolean {
  const zero = classOf[0x30]!;
  const other = classOf[0x31]!;
  for (let digit = 0x32; digit <= 0x39; digit++) if (classOf[digit] !== other) return false;
  for (let at = 0; at < next.length; at += classes) {
    for (let digit = 0; digit < digitClasses; digit++) {
      const state = next[at + digit]!;
      if (next[state + zero] !== next[state + other]) return false;
    }
  }
  return true;
}

/** Classes of bytes that no set and no byte kind tells apart. */
function partitionBytes(sets: readonly Uint8Array[], kindOf: (byte: number) => ByteKind) {
  const order = ['digit', 'letter', 'blank', 'joiner', 'punctuation'];
  const groups = new Map<string, number[]>();
  for (let byte = 0; byte < 256; byte++) {
    const key = `${order.indexOf(kindOf(byte))} ${'@:/'.indexOf(String.fromCharCode(byte))} ${sets.map((set) => set[byte]).join('')}`;
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
  const upTo = (...kinds: string[]): number => examples.filter((byte) => kinds.includes(kindOf(byte))).length;
  return {
    classOf,
    classes: sorted.length,
    digitClasses: upTo('digit'),
    wordClasses: upTo('digit', 'letter'),
    blankClasses: upTo('digit', 'letter', 'blank'),
    joins: Uint8Array.from(examples, (byte) => (kindOf(byte) === 'joiner' ? 1 : 0)),
    examples,
  };
}
