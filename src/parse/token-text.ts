import { decodeUtf8, encodeUtf8 } from '../util/utf8.ts';

/**
 * Tokens of templates as strings: a character below U+0100 is a byte of the line, a
 * character from U+0100 on is a mask (by its kind's number), and `WILDCARD` alone is
 * a position that varies. So the text `<IP>` in a line is never taken for a mask.
 */
export type TokenText = string;

/** A position that varies. */
export const WILDCARD: TokenText = '\u01ff';
/** Character code of the mask kind 0. */
export const FIRST_MASK = 0x100;
/** How many kinds of masks there can be. */
export const MAX_KINDS = 0xff;

/** Ends a token that the next one follows without a blank. */
export const GLUE = '\u0200';

/** Template text as people see it: tokens joined by blanks, `<*>` and masks such as `<IP>`. */
export function renderTokens(tokens: readonly TokenText[], kinds: readonly string[]): string {
  let text = '';
  tokens.forEach((token, i) => {
    const glued = token.endsWith(GLUE);
    text += renderToken(glued ? token.slice(0, -1) : token, kinds);
    if (!glued && i + 1 < tokens.length) text += ' ';
  });
  return text;
}

/** A word that people wrote as a token. */
export function tokenOf(word: string): TokenText {
  return String.fromCharCode(...encodeUtf8(word));
}

/** One token as people see it. */
export function renderToken(token: TokenText, kinds: readonly string[]): string {
  if (token === WILDCARD) return '<*>';
  let text = '';
  let literal: number[] = [];
  const flush = (): void => {
    if (literal.length > 0) text += decodeUtf8(Uint8Array.from(literal));
    literal = [];
  };
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i);
    if (code < FIRST_MASK) literal.push(code);
    else {
      flush();
      text += `<${kinds[code - FIRST_MASK] ?? '*'}>`;
    }
  }
  flush();
  return text;
}

/** Whether a token varies by its looks: it holds a digit, a mask, or is a wildcard. */
export function isVariable(token: TokenText): boolean {
  return /[0-9\u0100-\u01ff]/.test(token);
}

/** Whether a token is a word of a text and no value: it holds neither digit nor mask nor `=`. */
export function isWord(token: TokenText): boolean {
  return !isVariable(token) && !token.includes('=');
}

/** The distinct kinds of a list of masks, in the order of their first rule. */
export function kindsOf(masks: readonly { readonly kind: string }[]): string[] {
  return [...new Set(masks.map((mask) => mask.kind))];
}
