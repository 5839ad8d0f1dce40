import type { ByteKind } from './masks.ts';
import type { Language, Languages } from './regular-language.ts';

/** What a glance at a word tells. */
export const WORD_WITHOUT_DIGIT_BEFORE_BLANK = 0;
export const WORD_WITHOUT_DIGIT = 1;
export const WORD_WITH_DIGIT = 2;

/**
 * Most words can be no mask, and a glance tells so: a message that holds neither `@`
 * nor `://` has no e-mail address or URL, and a word without a digit is no number. So a
 * search starts with the rules only that still have a chance:
 * `starts[8 * joined + 2 * word + sign]`, where `joined` says that a byte that joins
 * names stands before, `word` is one of the constants above (with a digit where no word
 * begins), and `sign` that the message holds `@` or `://`.
 */
export function startRules(
  languages: Languages,
  rules: readonly { readonly language: Language; readonly opening: boolean }[],
  alphabet: readonly number[],
  kindOf: (byte: number) => ByteKind,
): boolean[][] {
  const can = (monitor: Monitor): boolean[] =>
    rules.map(({ language }) => hasString(languages, language, alphabet, monitor));
  const words = [can(withoutDigitBeforeBlank(kindOf)), can(withoutDigitInFirstWord(kindOf)), rules.map(() => true)];
  // A sign behind a blank is none of the token's, by which the token is remembered.
  const unsigned = rules.map(
    ({ language }) =>
      hasString(languages, language, alphabet, withoutSign) ||
      hasString(languages, language, alphabet, untilBlank(kindOf), (state) => state === FREE),
  );
  return Array.from({ length: 16 }, (_, index) => {
    const joined = index >= 8;
    const signed = index % 2 === 1;
    const word = words[(index >> 1) & 3];
    return rules.map(({ opening }, rule) => !(opening && joined) && (signed || !!unsigned[rule]) && !!word?.[rule]);
  });
}

// --- internal ---

/** Follows a string byte by byte, from state 0; -1 where it is not of the kind that is looked for. */
type Monitor = (state: number, byte: number) => number;

const AT_SIGN = 0x40;
const COLON = 0x3a;
const SLASH = 0x2f;
const FREE = 3;

/** States 1 and 2: `:` and `:/` were last. */
const withoutSign: Monitor = (state, byte) => {
  if (byte === AT_SIGN || (state === 2 && byte === SLASH)) return -1;
  if (byte === COLON) return 1;
  return state === 1 && byte === SLASH ? 2 : 0;
};

const untilBlank =
  (kindOf: (byte: number) => ByteKind): Monitor =>
  (state, byte) =>
    state === FREE || kindOf(byte) === 'blank' ? FREE : 0;

const withoutDigitInFirstWord =
  (kindOf: (byte: number) => ByteKind): Monitor =>
  (state, byte) => {
    const kind = kindOf(byte);
    if (state === FREE || (kind !== 'digit' && kind !== 'letter')) return FREE;
    return kind === 'digit' ? -1 : 0;
  };

/** The word is followed by a blank, or by nothing. */
const withoutDigitBeforeBlank =
  (kindOf: (byte: number) => ByteKind): Monitor =>
  (state, byte) => {
    const kind = kindOf(byte);
    if (state === FREE || kind === 'blank') return FREE;
    return kind === 'letter' ? 0 : -1;
  };

/** Whether a language has a string that a monitor lets pass, into one of these states. */
function hasString(
  languages: Languages,
  root: Language,
  alphabet: readonly number[],
  monitor: Monitor,
  ends: (state: number) => boolean = () => true,
): boolean {
  const seen = new Map([[root.id * 4, { language: root, state: 0 }]]);
  for (const { language, state } of seen.values()) {
    if (language.nullable && ends(state)) return true;
    for (const byte of alphabet) {
      const after = monitor(state, byte);
      const derived = after < 0 ? languages.empty : languages.derive(language, byte);
      if (derived !== languages.empty) seen.set(derived.id * 4 + after, { language: derived, state: after });
    }
  }
  return false;
}
