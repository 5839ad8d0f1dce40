import type { Parameter } from '../types.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import { commonPlaces } from './alignment.ts';
import type { Cluster } from './clusters.ts';
import type { Scanner } from './scanner.ts';
import { type TokenText, WILDCARD } from './token-text.ts';
import { createWordTable, type WordSpan } from './words.ts';

/**
 * The variable parts of the message that was just scanned: where the template has
 * `<*>`, the whole token; elsewhere what each mask stands for. Neighbouring `<*>` that
 * stand for words of a text are one value, blanks between them included. So a template
 * has as many values whatever the message. Without a template, the masks alone.
 */
export function extractParameters(
  scanner: Scanner,
  bytes: Uint8Array,
  template: Pick<Cluster, 'tokens' | 'words'> | undefined,
): Parameter[] {
  const { found, maskKind, maskStart, maskEnd, tokenStart, tokenEnd } = scanner;
  const { kinds } = scanner.automaton;
  const parameters: Parameter[] = [];
  const tokens = template?.tokens.length ?? scanner.scan(bytes, 0, bytes.length);
  for (let token = 0; token < tokens; token++) {
    if (template?.tokens[token] === WILDCARD) {
      const first = token;
      while (template.words.has(token) && template.words.has(token + 1)) token++;
      parameters.push({ kind: '*', value: decodeUtf8(bytes, tokenStart[first], tokenEnd[token]) });
      continue;
    }
    const end = tokenEnd[token] ?? 0;
    for (let mask = scanner.firstMaskOf(token); mask < (found[2] ?? 0) && (maskStart[mask] ?? end) < end; mask++) {
      const value = decodeUtf8(bytes, maskStart[mask], maskEnd[mask]);
      parameters.push({ kind: kinds[maskKind[mask] ?? 0] ?? '*', value });
    }
  }
  return parameters;
}

/**
 * The variable parts of a message by the words of its template: what its wildcards stand
 * for, one value each, the last of neighbours taking all that is left, several words if
 * need be; elsewhere what each mask stands for. Without a template, the masks alone.
 */
export function parametersOfWords(
  bytes: Uint8Array,
  words: readonly WordSpan[],
  template: readonly TokenText[] | undefined,
): Parameter[] {
  const parameters: Parameter[] = [];
  const textAt = (start: number, end: number): string => decodeUtf8(bytes, start, end);
  const addMasks = ({ masks }: WordSpan): void => {
    for (const { kind, start, end } of masks) parameters.push({ kind, value: textAt(start, end) });
  };
  if (!template) {
    words.forEach(addMasks);
    return parameters;
  }
  const table = createWordTable();
  const pattern = Int32Array.from(template, table.number);
  const line = Int32Array.from(words, ({ text }) => table.number(text));
  const places = commonPlaces(pattern, line);
  let t = 0;
  let w = 0;
  for (let at = 0; at <= places.length; at += 2) {
    const nextT = places[at] ?? pattern.length;
    const nextW = places[at + 1] ?? line.length;
    for (; t < nextT; t++) {
      const first = words[w];
      const last = t + 1 < nextT ? first : words[nextW - 1];
      const some = w < nextW && first && last;
      parameters.push({ kind: '*', value: some ? textAt(first.start, last.end) : '' });
      w = Math.min(nextW, t + 1 < nextT ? w + 1 : nextW);
    }
    const same = words[nextW];
    if (at < places.length && same) addMasks(same);
    t = nextT + 1;
    w = nextW + 1;
  }
  return parameters;
}
