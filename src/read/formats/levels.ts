import { LEVEL_UNKNOWN } from '../../types.ts';

/** Severity (RFC 5424, 0 to 7) that a word such as `WARN`, `err` or Android's `E` stands for. */
export function levelOf(word: string): number {
  const at = word.length === 0 ? undefined : levels[word.length]?.get(word.toLowerCase());
  return at ?? LEVEL_UNKNOWN;
}

/** Severity that `bytes[start, end)` stands for. */
export function levelAt(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const known = levelBytes[length];
  if (known === undefined) return LEVEL_UNKNOWN;
  search: for (const [word, level] of known) {
    for (let i = 0; i < length; i++) if ((bytes[start + i]! | 0x20) !== word[i]) continue search;
    return level;
  }
  return LEVEL_UNKNOWN;
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

/** By length, so that most words that are no level are told from their length. */
const levels: Map<string, number>[] = [];
const levelBytes: (readonly (readonly [word: Uint8Array, level: number])[] | undefined)[] = [];
WORDS.forEach((words, level) => {
  for (const word of words.split(' ')) {
    levels[word.length] ??= new Map();
    levels[word.length]?.set(word, level);
    const bytes = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
    levelBytes[word.length] = [...(levelBytes[word.length] ?? []), [bytes, level]];
  }
});
