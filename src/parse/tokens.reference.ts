import { type ByteKind, byteKind, MAX_BYTES, MAX_LITERAL, MAX_TOKENS, type MaskRule } from './masks.ts';
import { FIRST_MASK, kindsOf, type TokenText, WILDCARD } from './token-text.ts';

/**
 * The tokens of a message by the specification in `masks.ts`, the slow and obvious
 * way: regular expressions over a string with one character per byte. The oracle of
 * `scanner.ts`.
 */
export function createReferenceTokenizer(
  masks: readonly MaskRule[],
  delimiters = '',
): (message: Uint8Array) => TokenText[] {
  const kinds = kindsOf(masks);
  const kindAt = (text: string, at: number): ByteKind =>
    at < 0 || at >= text.length ? 'blank' : byteKind(text.charCodeAt(at), delimiters);
  const word = '[A-Za-z0-9\\x80-\\xff]';
  const rules = masks.map(({ kind, pattern, opening }) => ({
    mark: String.fromCharCode(FIRST_MASK + kinds.indexOf(kind)),
    opening: opening === true,
    // The match must not end between two word bytes.
    expression: new RegExp(`(?:${pattern})(?:(?<!${word})|(?!${word}))`, 'y'),
  }));

  return (message) => {
    const text = Array.from(message.subarray(0, MAX_BYTES), (byte) => String.fromCharCode(byte)).join('');
    const tokens: TokenText[] = [];
    let token = '';
    let rest = message.length > MAX_BYTES;
    let at = 0;
    const endToken = (): void => {
      if (token === '') return;
      const literals = [...token].filter((letter) => letter.charCodeAt(0) < FIRST_MASK).length;
      tokens.push(literals > MAX_LITERAL ? WILDCARD : token);
      token = '';
    };
    while (at < text.length) {
      const kind = kindAt(text, at);
      const before = kindAt(text, at - 1);
      if (kind === 'blank') {
        endToken();
        at++;
        continue;
      }
      if (token === '' && tokens.length === MAX_TOKENS - 1) {
        rest = true;
        break;
      }
      const match = isWord(before) ? undefined : longest(rules, text, at, before === 'joiner');
      if (match) {
        token += match.mark;
        at += match.length;
        continue;
      }
      do token += text[at++];
      while (isWord(kind) && isWord(kindAt(text, at)));
    }
    endToken();
    if (rest) tokens.push(WILDCARD);
    return tokens;
  };
}

// --- internal ---

interface Rule {
  readonly mark: string;
  readonly opening: boolean;
  readonly expression: RegExp;
}

function longest(rules: readonly Rule[], text: string, at: number, joined: boolean) {
  let best: { mark: string; length: number } | undefined;
  for (const { mark, opening, expression } of rules) {
    if (opening && joined) continue;
    expression.lastIndex = at;
    const length = expression.exec(text)?.[0].length ?? 0;
    if (length > (best?.length ?? 0)) best = { mark, length };
  }
  return best;
}

function isWord(kind: ByteKind): boolean {
  return kind === 'digit' || kind === 'letter';
}
