import { LEVEL_UNKNOWN } from '../../types.ts';

/** Severity (RFC 5424, 0 to 7) that a word such as `WARN`, `err` or Android's `E` stands for. */
export function levelOf(word: string): number {
  const at = word.length === 0 ? undefined : levels[word.length]?.get(word.toLowerCase());
  return at ?? LEVEL_UNKNOWN;
}

/** Severity that `bytes[start, end)` stands for. */
export function levelAt(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 1 || length > LONGEST) return LEVEL_UNKNOWN;
  const known = byEnds.get(endsKey(length, bytes[start]!, bytes[end - 1]!));
  if (known === undefined) return LEVEL_UNKNOWN;
  for (let i = 0; i < length; i++) if ((bytes[start + i]! | 0x20) !== known.word[i]) return LEVEL_UNKNOWN;
  return known.level;
}

/** Severity of an HTTP status: server errors are errors, client errors warnings. */
export function levelOfStatus(status: number): number {
  if (status >= 500) return 3;
  return status >= 400 ? 4 : 6;
}

// --- internal ---

const WORDS: readonly string[] = [
  'emerg emergency panic',
  'alert',
  'crit critical fatal f c',
  'err error severe failure fail failed e',
  'warn warning w',
  'notice n',
  'info information informational i',
  'debug trace verbose fine finer finest d v t',
];

const LONGEST = 13;
/** By length, so that most words that are no level are told from their length. */
const levels: Map<string, number>[] = [];
/** By length, first and last letter, which no two of the words share. */
const byEnds = new Map<number, { readonly word: Uint8Array; readonly level: number }>();

function endsKey(length: number, first: number, last: number): number {
  return (length << 16) | ((first | 0x20) << 8) | (last | 0x20);
}

WORDS.forEach((words, level) => {
  for (const text of words.split(' ')) {
    levels[text.length] ??= new Map();
    levels[text.length]?.set(text, level);
    const word = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    byEnds.set(endsKey(word.length, word[0] ?? 0, word[word.length - 1] ?? 0), { word, level });
  }
});
