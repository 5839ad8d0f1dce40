import { commonPlaces } from './alignment.ts';
import type { Cluster } from './clusters.ts';
import type { PlaceList } from './parameter-places.ts';
import type { Scanner } from './scanner.ts';
import { type TokenText, WILDCARD } from './token-text.ts';
import { createWordTable, type WordSpan } from './words.ts';

/**
 * The variable parts of the message that was just scanned: where the template has
 * `<*>`, the whole token; elsewhere what each mask stands for. Neighbouring `<*>` that
 * stand for words of a text are one value, blanks between them included. So a template
 * has as many values whatever the message. Without a template, or with one of another
 * number of tokens, the masks alone.
 */
export function placesOfTokens(
  scanner: Scanner,
  tokens: number,
  cluster: Pick<Cluster, 'tokens' | 'words'> | undefined,
  places: PlaceList,
): void {
  const template = cluster?.tokens.length === tokens ? cluster : undefined;
  const { found, maskKind, maskStart, maskEnd, tokenStart, tokenEnd } = scanner;
  const { kinds } = scanner.automaton;
  const masks = found[2]!;
  let mask = 0;
  places.clear();
  for (let token = 0; token < tokens; token++) {
    if (template?.tokens[token] === WILDCARD) {
      const first = token;
      while (template.words.has(token) && template.words.has(token + 1)) token++;
      places.add('*', tokenStart[first]!, tokenEnd[token]!);
      continue;
    }
    // Masks of tokens before belong to a wildcard.
    while (mask < masks && maskStart[mask]! < tokenStart[token]!) mask++;
    for (const end = tokenEnd[token]!; mask < masks && maskStart[mask]! < end; mask++) {
      places.add(kinds[maskKind[mask]!] ?? '*', maskStart[mask]!, maskEnd[mask]!);
    }
  }
}

/**
 * The variable parts of a message by the words of its template: what its wildcards stand
 * for, one value each, the last of neighbours taking all that is left, several words if
 * need be; elsewhere what each mask stands for. Without a template, the masks alone.
 */
export function placesOfWords(
  words: readonly WordSpan[],
  template: readonly TokenText[] | undefined,
  places: PlaceList,
): void {
  places.clear();
  const addMasks = ({ masks }: WordSpan): void => {
    for (const { kind, start, end } of masks) places.add(kind, start, end);
  };
  if (!template) {
    words.forEach(addMasks);
    return;
  }
  const table = createWordTable();
  const pattern = Int32Array.from(template, table.number);
  const line = Int32Array.from(words, ({ text }) => table.number(text));
  const common = commonPlaces(pattern, line);
  let t = 0;
  let w = 0;
  for (let at = 0; at <= common.length; at += 2) {
    const nextT = common[at] ?? pattern.length;
    const nextW = common[at + 1] ?? line.length;
    for (; t < nextT; t++) {
      const first = words[w];
      const last = t + 1 < nextT ? first : words[nextW - 1];
      const some = w < nextW && first && last;
      places.add('*', some ? first.start : 0, some ? last.end : 0);
      w = Math.min(nextW, t + 1 < nextT ? w + 1 : nextW);
    }
    const same = words[nextW];
    if (at < common.length && same) addMasks(same);
    t = nextT + 1;
    w = nextW + 1;
  }
}
