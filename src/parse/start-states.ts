import { byteKind } from './masks.ts';
import type { Language, Languages } from './regular-language.ts';

/**
 * Most words can be no mask, and a glance at the message tells so: where it holds
 * neither `@` nor `://` no e-mail address or URL begins, and a word without a digit is
 * no number. So a search starts with the rules only that still have a chance:
 * `starts[4 * joined + 2 * digit + sign]`, where `joined` says that a byte that joins
 * names stands before, `digit` that the word holds a digit (or that no word begins
 * here), and `sign` that the message holds `@` or `://`.
 */
export function startRules(
  languages: Languages,
  rules: readonly { readonly language: Language; readonly opening: boolean }[],
  alphabet: readonly number[],
): boolean[][] {
  const chances = rules.map(({ language, opening }) => ({
    opening,
    needsSign: !hasString(languages, language, alphabet, withoutSign),
    needsDigit: !hasString(languages, language, alphabet, withoutDigitInFirstWord),
  }));
  return Array.from({ length: 8 }, (_, index) =>
    chances.map(
      ({ opening, needsSign, needsDigit }) =>
        !(opening && (index & 4) !== 0) && !(needsDigit && (index & 2) === 0) && !(needsSign && (index & 1) === 0),
    ),
  );
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

const withoutDigitInFirstWord: Monitor = (state, byte) => {
  const kind = byteKind(byte);
  if (state === FREE || (kind !== 'digit' && kind !== 'letter')) return FREE;
  return kind === 'digit' ? -1 : 0;
};

/** Whether a language has a string that a monitor lets pass. */
function hasString(languages: Languages, root: Language, alphabet: readonly number[], monitor: Monitor): boolean {
  const seen = new Map([[root.id * 4, { language: root, state: 0 }]]);
  for (const { language, state } of seen.values()) {
    if (language.nullable) return true;
    for (const byte of alphabet) {
      const after = monitor(state, byte);
      const derived = after < 0 ? languages.empty : languages.derive(language, byte);
      if (derived !== languages.empty) seen.set(derived.id * 4 + after, { language: derived, state: after });
    }
  }
  return false;
}
