import { CaracalError } from '../errors.ts';

/**
 * A regular language over bytes, as an expression that can be derived (Brzozowski,
 * "Derivatives of Regular Expressions", J. ACM 1964): the derivative by a byte is what
 * may follow it. Equal expressions are the same object, so that derivatives can be
 * the states of an automaton.
 */
export interface Language {
  readonly id: number;
  /** Whether the empty string belongs to it. */
  readonly nullable: boolean;
  readonly node: Node;
}

/** Sets of bytes, one flag per byte. */
export type ByteSet = Uint8Array;

type Node =
  | { readonly type: 'empty' }
  | { readonly type: 'epsilon' }
  | { readonly type: 'set'; readonly bytes: ByteSet }
  | { readonly type: 'sequence'; readonly first: Language; readonly rest: Language }
  | { readonly type: 'either' | 'both'; readonly parts: readonly Language[] }
  | { readonly type: 'star'; readonly of: Language };

/** Makes languages. */
export interface Languages {
  readonly empty: Language;
  /** Every set of bytes that the expressions parsed so far name. */
  readonly sets: readonly ByteSet[];
  /**
   * Reads a regular expression: literals, escapes, classes, `.`, groups, `|`,
   * quantifiers, and lookaheads at the beginning of a branch.
   *
   * @throws CaracalError `E_CONFIG` for anything else; its data say `irregular` where `RegExp` may know better
   */
  parse(pattern: string): Language;
  derive(language: Language, byte: number): Language;
}

/** An empty workshop of languages. */
export function createLanguages(): Languages {
  const byKey = new Map<string, Language>();
  const sets = new Map<string, ByteSet>();
  const make = (key: string, nullable: boolean, node: Node): Language => {
    const known = byKey.get(key);
    if (known) return known;
    const made = { id: byKey.size, nullable, node };
    byKey.set(key, made);
    return made;
  };
  const empty = make('empty', false, { type: 'empty' });
  const epsilon = make('epsilon', true, { type: 'epsilon' });

  const set = (bytes: ByteSet): Language => {
    const key = bytes.join('');
    sets.set(key, bytes);
    return make(`set ${key}`, false, { type: 'set', bytes });
  };
  const sequence = (first: Language, rest: Language): Language => {
    if (first === empty || rest === empty) return empty;
    if (first === epsilon) return rest;
    if (rest === epsilon) return first;
    if (first.node.type === 'sequence') return sequence(first.node.first, sequence(first.node.rest, rest));
    return make(`. ${first.id} ${rest.id}`, first.nullable && rest.nullable, { type: 'sequence', first, rest });
  };
  const flatten = (type: 'either' | 'both', parts: readonly Language[]): Language[] => {
    const flat = parts.flatMap((part) => (part.node.type === type ? part.node.parts : [part]));
    return [...new Set(flat)].sort((a, b) => a.id - b.id);
  };
  const either = (all: readonly Language[]): Language => {
    const parts = flatten('either', all).filter((part) => part !== empty);
    if (parts.length < 2) return parts[0] ?? empty;
    const nullable = parts.some((part) => part.nullable);
    return make(`| ${parts.map((part) => part.id).join(' ')}`, nullable, { type: 'either', parts });
  };
  const both = (all: readonly Language[]): Language => {
    const parts = flatten('both', all);
    if (parts.includes(empty)) return empty;
    if (parts.length < 2) return parts[0] ?? empty;
    const nullable = parts.every((part) => part.nullable);
    return make(`& ${parts.map((part) => part.id).join(' ')}`, nullable, { type: 'both', parts });
  };
  const star = (of: Language): Language =>
    of === empty || of === epsilon ? epsilon : make(`* ${of.id}`, true, { type: 'star', of });

  /** Bytes that a string of the language may begin with, and perhaps some more. */
  const firstBytes: (ByteSet | undefined)[] = [];
  const firstOf = (language: Language): ByteSet => {
    const known = firstBytes[language.id];
    if (known) return known;
    const { node } = language;
    let first: ByteSet = nothing;
    if (node.type === 'set') first = node.bytes;
    else if (node.type === 'star') first = firstOf(node.of);
    else if (node.type === 'sequence') {
      first = firstOf(node.first);
      if (node.first.nullable) first = united(first, firstOf(node.rest));
    } else if (node.type === 'either') first = node.parts.map(firstOf).reduce(united);
    else if (node.type === 'both') first = firstOf(node.parts[0] ?? empty);
    firstBytes[language.id] = first;
    return first;
  };

  const derivatives: (Language | undefined)[][] = [];
  const derive = (language: Language, byte: number): Language => {
    if (firstOf(language)[byte] === 0) return empty;
    derivatives[language.id] ??= [];
    const known = derivatives[language.id]?.[byte];
    if (known) return known;
    const derived = deriveNode(language, byte);
    const row = derivatives[language.id];
    if (row) row[byte] = derived;
    return derived;
  };
  const deriveNode = (language: Language, byte: number): Language => {
    const { node } = language;
    switch (node.type) {
      case 'empty':
      case 'epsilon':
        return empty;
      case 'set':
        return node.bytes[byte] === 1 ? epsilon : empty;
      case 'sequence': {
        const through = sequence(derive(node.first, byte), node.rest);
        return node.first.nullable ? either([through, derive(node.rest, byte)]) : through;
      }
      case 'star':
        return sequence(derive(node.of, byte), language);
      case 'either':
        return either(node.parts.map((part) => derive(part, byte)));
      case 'both':
        return both(node.parts.map((part) => derive(part, byte)));
    }
  };

  const build: Builder = { epsilon, set, sequence, either, both, star };
  return {
    empty,
    get sets() {
      return [...sets.values()];
    },
    parse: (pattern) => parsePattern(pattern, build),
    derive,
  };
}

// --- internal ---

interface Builder {
  readonly epsilon: Language;
  readonly set: (bytes: ByteSet) => Language;
  readonly sequence: (first: Language, rest: Language) => Language;
  readonly either: (parts: readonly Language[]) => Language;
  readonly both: (parts: readonly Language[]) => Language;
  readonly star: (of: Language) => Language;
}

const MOST_REPEATS = 64;

function parsePattern(pattern: string, build: Builder): Language {
  let at = 0;
  const peek = (): string => pattern.charAt(at);
  const refuse = (what: string, irregular = false): CaracalError =>
    new CaracalError(
      'E_CONFIG',
      `The mask pattern ${JSON.stringify(pattern)} has ${what} at character ${at + 1}. Use literals, classes, groups, |, quantifiers, and lookaheads at the beginning.`,
      { pattern, character: at + 1, irregular },
    );

  const branches = (): Language => {
    const parts = [branch()];
    while (peek() === '|') {
      at++;
      parts.push(branch());
    }
    return build.either(parts);
  };

  const branch = (): Language => {
    const conditions: Language[] = [];
    while (pattern.startsWith('(?=', at)) {
      at += 3;
      const ahead = branches();
      close();
      conditions.push(build.sequence(ahead, build.star(build.set(allBytes()))));
    }
    const items: Language[] = [];
    while (at < pattern.length && peek() !== '|' && peek() !== ')') items.push(quantified(atom()));
    const whole = items.reduceRight((rest, item) => build.sequence(item, rest), build.epsilon);
    return conditions.length === 0 ? whole : build.both([whole, ...conditions]);
  };

  const close = (): void => {
    if (peek() !== ')') throw refuse('an open group');
    at++;
  };

  const atom = (): Language => {
    const letter = peek();
    if (letter === '(') {
      if (pattern.startsWith('(?:', at)) at += 3;
      else if (pattern.startsWith('(?', at)) throw refuse('an unknown kind of group', true);
      else at++;
      const inner = branches();
      close();
      return inner;
    }
    if ('*+?{^$'.includes(letter)) throw refuse(`an unexpected ${letter}`, '^$'.includes(letter));
    at++;
    if (letter === '[') return build.set(byteClass());
    if (letter === '\\') return build.set(escaped());
    if (letter === '.') return build.set(complement(setOf((byte) => byte === 0x0a || byte === 0x0d)));
    return build.set(one(letter));
  };

  const quantified = (item: Language): Language => {
    const range = /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at));
    if (range) {
      at += range[0].length;
      const least = Number(range[1]);
      const most = range[2] === '' ? least : range[3] === '' ? Number.POSITIVE_INFINITY : Number(range[3]);
      return greedy(repeat(item, least, most));
    }
    const sign = peek();
    if (sign === '' || !'*+?'.includes(sign)) return item;
    at++;
    return greedy(sign === '*' ? build.star(item) : sign === '+' ? repeat(item, 1, Infinity) : repeat(item, 0, 1));
  };

  const greedy = (item: Language): Language => {
    if (peek() === '?' || peek() === '+') throw refuse('a lazy or possessive quantifier', true);
    return item;
  };

  const repeat = (item: Language, least: number, most: number): Language => {
    const last = Number.isFinite(most) ? most : least;
    if (last > MOST_REPEATS || last < least) throw refuse('a count out of range', true);
    let language = Number.isFinite(most) ? build.epsilon : build.star(item);
    for (let i = last; i > least; i--) language = build.either([build.epsilon, build.sequence(item, language)]);
    for (let i = 0; i < least; i++) language = build.sequence(item, language);
    return language;
  };

  const one = (letter: string): ByteSet => {
    const code = letter.charCodeAt(0);
    if (!(code < 0x80)) throw refuse('a letter beyond ASCII');
    return setOf((byte) => byte === code);
  };

  const escaped = (): ByteSet => {
    const letter = peek();
    at++;
    switch (letter) {
      case 'd':
        return setOf(isDigit);
      case 'D':
        return setOf((byte) => !isDigit(byte));
      case 'w':
        return setOf(isWordOrUnderscore);
      case 'W':
        return setOf((byte) => !isWordOrUnderscore(byte));
      case 's':
        return setOf(isSpace);
      case 'S':
        return setOf((byte) => !isSpace(byte));
      case 't':
        return setOf((byte) => byte === 0x09);
      case 'n':
        return setOf((byte) => byte === 0x0a);
      case 'v':
        return setOf((byte) => byte === 0x0b);
      case 'f':
        return setOf((byte) => byte === 0x0c);
      case 'r':
        return setOf((byte) => byte === 0x0d);
      case 'x': {
        const code = Number.parseInt(pattern.slice(at, at + 2), 16);
        if (Number.isNaN(code)) throw refuse('a broken \\x');
        at += 2;
        return setOf((byte) => byte === code);
      }
      default:
        if (letter === '' || /[A-Za-z0-9]/.test(letter))
          throw refuse(`an unknown escape \\${letter}`, /[bBk1-9]/.test(letter));
        return one(letter);
    }
  };

  const byteClass = (): ByteSet => {
    const negated = peek() === '^';
    if (negated) at++;
    const bytes = new Uint8Array(256);
    const item = (): ByteSet => {
      const letter = peek();
      at++;
      return letter === '\\' ? escaped() : one(letter);
    };
    while (peek() !== ']') {
      if (at >= pattern.length) throw refuse('an open class');
      const first = item();
      if (peek() === '-' && pattern.charAt(at + 1) !== ']') {
        at++;
        const low = first.indexOf(1);
        const high = item().indexOf(1);
        if (high < low) throw refuse('a range in the wrong order');
        for (let byte = low; byte <= high; byte++) bytes[byte] = 1;
      } else {
        for (let byte = 0; byte < 256; byte++) if (first[byte] === 1) bytes[byte] = 1;
      }
    }
    at++;
    return negated ? complement(bytes) : bytes;
  };

  const language = branches();
  if (at < pattern.length) throw refuse('an unexpected )');
  return language;
}

function setOf(includes: (byte: number) => boolean): ByteSet {
  const bytes = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) if (includes(byte)) bytes[byte] = 1;
  return bytes;
}

const nothing: ByteSet = new Uint8Array(256);
const united = (a: ByteSet, b: ByteSet): ByteSet => (a === b ? a : a.map((flag, byte) => flag | (b[byte] ?? 0)));
const allBytes = (): ByteSet => setOf(() => true);
const complement = (bytes: ByteSet): ByteSet => bytes.map((flag) => 1 - flag);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0xa0;
const isWordOrUnderscore = (byte: number): boolean =>
  isDigit(byte) || byte === 0x5f || ((byte | 32) >= 0x61 && (byte | 32) <= 0x7a);
