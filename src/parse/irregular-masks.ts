import { CaracalError } from '../errors.ts';
import { type ByteKind, byteKind, MAX_BYTES, MAX_LITERAL, MAX_TOKENS, type MaskRule } from './masks.ts';
import { FIRST_MASK, kindsOf, type TokenText, WILDCARD } from './token-text.ts';

/**
 * Scans messages in which masks occur that are no regular language: lookbehinds,
 * back-references, lazy quantifiers, anchors. No automaton knows those, so JavaScript's
 * `RegExp` looks for all masks, place by place, in a string with one character per byte.
 * A message without such a mask is the automaton's; to know that, every message has to be
 * searched once.
 */
export interface IrregularScanner {
  /** What is looked at of a message: one character per byte. */
  textOf(bytes: Uint8Array, start: number, end: number): string;
  /** Whether a mask that is no regular language may occur. */
  mayOccur(text: string): boolean;
  /** Tokens and masks of such a message, by the specification in `masks.ts`; places count from its beginning. */
  scan(text: string): IrregularMessage;
}

/** What there is in one message. */
export interface IrregularMessage {
  readonly tokens: readonly IrregularToken[];
  readonly masks: readonly { readonly kind: number; readonly start: number; readonly end: number }[];
  /** Whether there are more tokens than are looked at. */
  readonly rest: boolean;
}

/** A token and its place; `value` is the place behind its first `=` outside of masks, 0 where it has none. */
export interface IrregularToken {
  readonly text: TokenText;
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** A scanner for these masks, of which some are no regular language. */
export function createIrregularScanner(
  masks: readonly MaskRule[],
  irregular: readonly MaskRule[],
  delimiters: string,
): IrregularScanner {
  const kinds = kindsOf(masks);
  const rules = masks.map(({ kind, pattern, opening }) => ({
    kind: kinds.indexOf(kind),
    opening: opening === true,
    expression: new RegExp(`(?:${pattern})${NOT_WITHIN_WORD}`, 'y'),
  }));
  const searches = irregular.map(({ pattern }) => new RegExp(`(?<!${WORD})(?:${pattern})${NOT_WITHIN_WORD}`));
  const byteKinds = Array.from({ length: 256 }, (_, byte) => byteKind(byte, delimiters));

  /** The longest match at a place, of the first rule on equal lengths. */
  const longest = (text: string, at: number, before: ByteKind): { kind: number; end: number } | undefined => {
    let kind = -1;
    let end = at;
    for (const rule of rules) {
      if (rule.opening && before === 'joiner') continue;
      rule.expression.lastIndex = at;
      if (!rule.expression.test(text) || rule.expression.lastIndex <= end) continue;
      kind = rule.kind;
      end = rule.expression.lastIndex;
    }
    return kind < 0 ? undefined : { kind, end };
  };

  return {
    // Several times faster than spreading the bytes.
    textOf: (bytes, start, end) =>
      Reflect.apply(String.fromCharCode, undefined, bytes.subarray(start, Math.min(end, start + MAX_BYTES))),
    mayOccur: (text) => searches.some((search) => search.test(text)),
    scan: (text) => {
      const kindAt = (at: number): ByteKind =>
        at < 0 || at >= text.length ? 'blank' : (byteKinds[text.charCodeAt(at)] ?? 'blank');
      const tokens: IrregularToken[] = [];
      const found: { kind: number; start: number; end: number }[] = [];
      let at = 0;
      for (;;) {
        while (at < text.length && kindAt(at) === 'blank') at++;
        if (at >= text.length) return { tokens, masks: found, rest: false };
        if (tokens.length === MAX_TOKENS - 1) return { tokens, masks: found, rest: true };
        const start = at;
        let masked = '';
        let literals = 0;
        let value = 0;
        while (at < text.length && kindAt(at) !== 'blank') {
          const before = kindAt(at - 1);
          const match = isWord(before) ? undefined : longest(text, at, before);
          if (match) {
            found.push({ kind: match.kind, start: at, end: match.end });
            masked += String.fromCharCode(FIRST_MASK + match.kind);
            at = match.end;
            continue;
          }
          const from = at++;
          if (isWord(kindAt(from))) while (isWord(kindAt(at))) at++;
          else if (value === 0 && text.charAt(from) === '=') value = at;
          masked += text.slice(from, at);
          literals += at - from;
        }
        tokens.push({ text: literals > MAX_LITERAL ? WILDCARD : masked, start, end: at, value });
      }
    },
  };
}

/**
 * Refuses masks that `RegExp` does not know either, or takes for something else than was meant.
 *
 * @throws CaracalError `E_CONFIG`
 */
export function checkIrregular({ kind, pattern }: MaskRule): void {
  const refuse = (what: string, cause?: unknown): CaracalError =>
    new CaracalError(
      'E_CONFIG',
      `The mask <${kind}> ${what}. Change its pattern ${JSON.stringify(pattern)}.`,
      { pattern },
      { cause },
    );
  if (/[^\0-\x7f]/.test(pattern)) throw refuse('has a letter beyond ASCII');
  const odd = [...pattern.matchAll(/\\(.)/gs)].find(([, letter = '']) => /[^\W\d_dDwWsStnrfvbBkx]/.test(letter))?.[0];
  if (odd !== undefined) throw refuse(`has an unknown escape ${odd}`);
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'y');
  } catch (cause) {
    throw refuse(`is no regular expression (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
  for (let at = 0; at <= PROBE.length; at++) {
    expression.lastIndex = at;
    if (expression.exec(PROBE)?.[0] === '') throw refuse('matches the empty string');
  }
}

// --- internal ---

const WORD = '[A-Za-z0-9\\x80-\\xff]';
const NOT_WITHIN_WORD = `(?:(?<!${WORD})|(?!${WORD}))`;
/** Words, blanks and others, where an expression of assertions alone shows itself. */
const PROBE = 'a 1-a=1 ';

function isWord(kind: ByteKind): boolean {
  return kind === 'digit' || kind === 'letter';
}
