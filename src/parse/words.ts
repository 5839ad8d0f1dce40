import type { Scanner } from './scanner.ts';
import { GLUE, type TokenText, WILDCARD } from './token-text.ts';

/** Where parsers over words split tokens further: after `=`, `:` and `,`. */
export const DELIMITERS = '=:,';
/** Words of a message; what is left becomes one last wildcard. */
export const MAX_WORDS = 400;

/**
 * Words of masked tokens: each token is split after every delimiter that stands
 * outside of masks. The delimiter stays with the word before it, and a word that the
 * next one follows without a blank ends in `GLUE`, so that words render as the line does.
 */
export function wordsOf(tokens: readonly TokenText[], delimiters = DELIMITERS): TokenText[] {
  const words: TokenText[] = [];
  for (const token of tokens) {
    let start = 0;
    for (let at = 0; at + 1 < token.length; at++) {
      if (!delimiters.includes(token.charAt(at))) continue;
      words.push(token.slice(start, at + 1) + GLUE);
      start = at + 1;
    }
    words.push(token.slice(start));
  }
  if (words.length <= MAX_WORDS) return words;
  words.length = MAX_WORDS - 1;
  words.push(WILDCARD);
  return words;
}

/** A word of a message and the bytes it stands for. */
export interface WordSpan {
  readonly text: TokenText;
  readonly start: number;
  readonly end: number;
  readonly masks: readonly { readonly kind: string; readonly start: number; readonly end: number }[];
}

/** The words of the message that was just scanned, with their places. */
export function wordSpans(scanner: Scanner, bytes: Uint8Array, tokens: number, delimiters = DELIMITERS): WordSpan[] {
  const texts = Array.from({ length: tokens }, (_, token) => scanner.textOf(bytes, token));
  const spans: WordSpan[] = [];
  texts.forEach((text, token) => {
    let mask = scanner.firstMaskOf(token);
    let at = scanner.tokenStart[token] ?? 0;
    for (const word of wordsOf([text], delimiters)) {
      const start = at;
      const masks: { kind: string; start: number; end: number }[] = [];
      for (const letter of word === WILDCARD || word.endsWith(GLUE) ? word.slice(0, -1) : word) {
        if (letter.charCodeAt(0) < 0x100) at++;
        else {
          const kind = scanner.automaton.kinds[scanner.maskKind[mask] ?? 0] ?? '*';
          at = scanner.maskEnd[mask] ?? at;
          masks.push({ kind, start: scanner.maskStart[mask] ?? at, end: at });
          mask++;
        }
      }
      if (word === WILDCARD) at = scanner.tokenEnd[token] ?? at;
      spans.push({ text: word, start, end: at, masks });
    }
  });
  const last = spans.at(-1);
  const rest = spans[MAX_WORDS - 1];
  if (spans.length <= MAX_WORDS || !last || !rest) return spans;
  return [...spans.slice(0, MAX_WORDS - 1), { text: WILDCARD, start: rest.start, end: last.end, masks: [] }];
}

/** Words by number, so that comparing them is comparing numbers. The wildcard is 0. */
export interface WordTable {
  /** Numbers are below this. */
  readonly size: number;
  number(word: TokenText): number;
  text(number: number): TokenText;
  /**
   * Numbers of the words of the message that was just scanned. Words that have none get
   * numbers from `size` on, for this message only.
   */
  line(scanner: Scanner, bytes: Uint8Array, tokens: number): Int32Array;
  /** Numbers for good for the words of the last `line`. */
  keep(line: Int32Array): Int32Array;
}

/** A table with the wildcard only; `line` splits tokens after these delimiters. */
export function createWordTable(delimiters = DELIMITERS): WordTable {
  const texts: TokenText[] = [WILDCARD];
  const numbers = new Map<TokenText, number>([[WILDCARD, 0]]);
  const known = createTokenTable();
  /** Words of tokens that have several. */
  const several: (readonly number[])[] = [];
  let line = new Int32Array(64);
  /** Words of the last line that have no number, in their order. */
  const strangers: TokenText[] = [];
  const number = (word: TokenText): number => {
    const given = numbers.get(word);
    if (given !== undefined) return given;
    numbers.set(word, texts.length);
    return texts.push(word) - 1;
  };

  let length = 0;
  const add = (word: number): void => {
    if (length === line.length) {
      const wider = new Int32Array(2 * length);
      wider.set(line);
      line = wider;
    }
    line[length++] = word;
  };
  /** Adds the words of a token whose hash is not in the table yet, or has words that have no number. */
  const addStranger = (scanner: Scanner, bytes: Uint8Array, token: number, low: number, high: number): void => {
    const words: number[] = [];
    const before = strangers.length;
    for (const word of wordsOf([scanner.textOf(bytes, token)], delimiters)) {
      const given = numbers.get(word);
      words.push(given ?? texts.length + strangers.length);
      if (given === undefined) strangers.push(word);
    }
    for (let i = 0; i < words.length; i++) add(words[i]!);
    if (strangers.length > before) return;
    const [only] = words;
    known.put(low, high, words.length === 1 && only !== undefined ? only : -several.push(words));
  };

  return {
    get size() {
      return texts.length;
    },
    number,
    text: (number) => texts[number] ?? WILDCARD,
    line: (scanner, bytes, tokens) => {
      length = 0;
      strangers.length = 0;
      const { hashes } = scanner;
      for (let token = 0; token < tokens; token++) {
        const low = hashes[2 * token]!;
        const high = hashes[2 * token + 1]!;
        const value = low === 0 ? 0 : known.find(low, high);
        if (value === NO_VALUE) addStranger(scanner, bytes, token, low, high);
        else if (value >= 0) add(value);
        else for (const word of several[-value - 1]!) add(word);
      }
      if (length <= MAX_WORDS) return line.slice(0, length);
      line[MAX_WORDS - 1] = 0;
      return line.slice(0, MAX_WORDS);
    },
    keep: (words) => {
      const size = texts.length;
      return words.map((word) => (word < size ? word : number(strangers[word - size] ?? WILDCARD)));
    },
  };
}

// --- internal ---

const NO_VALUE = -0x80000000;

/** Values by the two halves of a hash, of which the low one is not 0. */
function createTokenTable() {
  /** Open addressing, three numbers each. */
  let table = new Int32Array(3 * 1024);
  let mask = 1023;
  let size = 0;
  const placeOf = (low: number, high: number): number => {
    for (let slot = (high ^ (low >>> 7)) & mask; ; slot = (slot + 1) & mask) {
      const at = 3 * slot;
      if (table[at] === 0 || (table[at] === low && table[at + 1] === high)) return at;
    }
  };
  const put = (low: number, high: number, value: number): void => {
    const at = placeOf(low, high);
    if (table[at] === 0) size++;
    table[at] = low;
    table[at + 1] = high;
    table[at + 2] = value;
    if (size * 2 <= mask) return;
    const old = table;
    table = new Int32Array(old.length * 2);
    mask = table.length / 3 - 1;
    size = 0;
    for (let from = 0; from < old.length; from += 3) {
      if (old[from] !== 0) put(old[from]!, old[from + 1]!, old[from + 2]!);
    }
  };
  return {
    put,
    /** `NO_VALUE` where there is none. */
    find: (low: number, high: number): number => {
      const at = placeOf(low, high);
      return table[at] === 0 ? NO_VALUE : table[at + 2]!;
    },
  };
}
