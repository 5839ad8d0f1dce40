import type { Parser } from '../parse/index.ts';
import type { InputWarning } from './warnings.ts';

/** What masks that are no regular language cost: one warning each. */
export function maskWarnings({ program }: Parser, lines: number): InputWarning[] {
  return program.automaton.irregular.map(({ kind, pattern }) => ({
    code: 'slow-mask',
    file: `mask <${kind}>`,
    count: lines,
    firstLine: 0,
    note: `${pattern} is no regular language, so every line is searched with RegExp (half the speed), and lines that it may occur in are scanned with it (a fortieth); without lookbehinds, back-references, anchors and lazy quantifiers it costs nothing`,
  }));
}
