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
  /** Words of tokens of which all have a number, by the token's hash. */
  const known = new Map<number, { readonly high: number; readonly words: readonly number[] }>();
  let line = new Int32Array(64);
  /** Words of the last line that have no number, in their order. */
  const strangers: TokenText[] = [];
  const number = (word: TokenText): number => {
    const given = numbers.get(word);
    if (given !== undefined) return given;
    numbers.set(word, texts.length);
    return texts.push(word) - 1;
  };

  const wordsOfToken = (scanner: Scanner, bytes: Uint8Array, token: number): readonly number[] => {
    const low = scanner.hashes[2 * token]!;
    const high = scanner.hashes[2 * token + 1]!;
    const entry = known.get(low);
    if (entry?.high === high) return entry.words;
    const words: number[] = [];
    const before = strangers.length;
    for (const word of wordsOf([scanner.textOf(bytes, token)], delimiters)) {
      const given = numbers.get(word) ?? -1;
      if (given < 0) strangers.push(word);
      words.push(given);
    }
    if (strangers.length === before) known.set(low, { high, words });
    return words;
  };

  return {
    get size() {
      return texts.length;
    },
    number,
    text: (number) => texts[number] ?? WILDCARD,
    line: (scanner, bytes, tokens) => {
      let length = 0;
      strangers.length = 0;
      let unknown = texts.length;
      for (let token = 0; token < tokens; token++) {
        for (const word of wordsOfToken(scanner, bytes, token)) {
          if (length === line.length) {
            const wider = new Int32Array(2 * length);
            wider.set(line);
            line = wider;
          }
          line[length++] = word < 0 ? unknown++ : word;
        }
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
