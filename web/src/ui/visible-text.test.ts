import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleParts, visibleText } from './visible-text.ts';

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0\u2800]/gu;

describe('text of logs', () => {
  it.each([
    ['a plain line', 'a plain line'],
    ['bell \u0007 and tab\t', 'bell ␇ and tab⇥'],
    ['colour \u001b[31m', 'colour ␛[31m'],
    ['turned \u202egnp.exe', 'turned ⟨U+202E⟩gnp.exe'],
    ['zero\u200bwidth', 'zero⟨U+200B⟩width'],
    ['two\u2028lines', 'two⟨U+2028⟩lines'],
    ['half \ud800 pair', 'half ⟨U+D800⟩ pair'],
    ['deleted \u007f', 'deleted ␡'],
    ['Grüße, 日本, 🐈', 'Grüße, 日本, 🐈'],
  ])('shows %j as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('loses nothing, and shows nothing that cannot be seen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const parts = visibleParts(text);
        const plain = parts.filter((part) => !part.hidden).map((part) => part.text);
        expect(plain.join('')).toBe(text.replace(UNSEEN, ''));
        expect(visibleText(text).replace(UNSEEN, '')).toBe(visibleText(text));
      }),
    );
  });
});
