/**
 * Text of logs is hostile: it may hold control characters, marks that turn the direction
 * of writing round, and characters that are not seen. This cuts it into what is shown as
 * it is and what is shown by name. The cut text says the same as the original.
 */
export interface TextPart {
  readonly text: string;
  /** It stands for a character that would not be seen. */
  readonly hidden: boolean;
}

/** Cuts a text; a text without hidden characters is one part. */
export function visibleParts(text: string): readonly TextPart[] {
  if (!HIDDEN.test(text)) return [{ text, hidden: false }];
  const parts: TextPart[] = [];
  let end = 0;
  HIDDEN_ALL.lastIndex = 0;
  for (let match = HIDDEN_ALL.exec(text); match !== null; match = HIDDEN_ALL.exec(text)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), hidden: false });
    parts.push({ text: nameOf(match[0]), hidden: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), hidden: false });
  return parts;
}

/** The same as one string, for titles and labels. */
export function visibleText(text: string): string {
  return visibleParts(text)
    .map((part) => part.text)
    .join('');
}

// --- internal ---

// Control and format characters, halves of pairs, line separators, and blanks that look like none.
const CLASS = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u115F\\u1160\\u3164\\uFFA0\\u2800]';
const HIDDEN = new RegExp(CLASS, 'u');
const HIDDEN_ALL = new RegExp(CLASS, 'gu');

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 9) return '⇥';
  if (code < 32) return String.fromCodePoint(0x2400 + code);
  if (code === 127) return '␡';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
