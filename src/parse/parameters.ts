import type { Parameter } from '../types.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import type { Scanner } from './scanner.ts';
import { type TokenText, WILDCARD } from './token-text.ts';

/**
 * The variable parts of the message that was just scanned: where the template has
 * `<*>`, the whole token; elsewhere what each mask stands for. Without a template, the
 * masks alone.
 */
export function extractParameters(
  scanner: Scanner,
  bytes: Uint8Array,
  template: readonly TokenText[] | undefined,
): Parameter[] {
  const { found, maskKind, maskStart, maskEnd, tokenStart, tokenEnd } = scanner;
  const { kinds } = scanner.automaton;
  const parameters: Parameter[] = [];
  const tokens = template?.length ?? scanner.scan(bytes, 0, bytes.length);
  for (let token = 0; token < tokens; token++) {
    if (template?.[token] === WILDCARD) {
      parameters.push({ kind: '*', value: decodeUtf8(bytes, tokenStart[token], tokenEnd[token]) });
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
