import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../util/utf8.ts';
import { createDrain } from './drain.ts';
import { createIrregularScanner } from './irregular-masks.ts';
import { defaultMasks, type MaskRule } from './masks.ts';
import { batchOf } from './records.case.ts';
import { decodeParser } from './registry.ts';
import { createScanner, type Scanner } from './scanner.ts';
import { kindsOf, renderTokens } from './token-text.ts';
import { createReferenceTokenizer } from './tokens.reference.ts';

const masks: readonly MaskRule[] = [
  { kind: 'CMD', pattern: '(?<=executed )".+?"' },
  { kind: 'QUOTED', pattern: '(["\'])[^"\']*\\1' },
  { kind: 'FIRST', pattern: '^[a-z]+(?= x)' },
  { kind: 'USER', pattern: '(?<=user=)(?!root\\b)\\w+' },
  { kind: 'LONG', pattern: 'z{70}', opening: true },
  ...defaultMasks,
];
const pieces =
  'executed |"|\'|user=|root|ann| | x|10.0.0.1|=|a|b|-|z|,|17|Mar 27 13:06:56|\u00e9|/usr/bin|x=1|\\|:|<*>'.split('|');
const message = fc.oneof(
  fc
    .array(fc.constantFrom(...pieces, 'z'.repeat(70), 'y'.repeat(129)), { maxLength: 14 })
    .map((parts) => encodeUtf8(parts.join(''))),
  fc.uint8Array({ maxLength: 40 }),
);

function tokensOf(scanner: Scanner, bytes: Uint8Array): string[] {
  return Array.from({ length: scanner.scan(bytes, 0, bytes.length) }, (_, token) => scanner.textOf(bytes, token));
}

describe('masks that are no regular language', () => {
  it.each(['', '=', ':"'])('are found as the specification says, with the delimiters %j', (delimiters) => {
    const scanner = createScanner(masks, delimiters);
    const reference = createReferenceTokenizer(masks, delimiters);
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), (messages) => {
        const { bytes, start, end } = batchOf(messages);
        expect(scanner.scanRows(bytes, start, end, 0)).toBe(messages.length);
        const rows = {
          shapes: scanner.rows.shapes.slice(),
          tokens: scanner.rows.tokens.slice(),
          hashes: scanner.rows.hashes,
        };
        messages.forEach((each, row) => {
          const expected = reference(each);
          const tokens = scanner.recall(rows, row, start[row] ?? 0, end[row] ?? 0);
          expect(Array.from({ length: tokens }, (_, token) => scanner.textOf(bytes, token))).toEqual(expected);
          expect([...scanner.hashes.subarray(0, 2 * tokens)]).toEqual(
            expected.flatMap((text) => scanner.hashesOf(text)),
          );
          expect(tokensOf(scanner, each)).toEqual(expected);
          expect([...scanner.found.subarray(0, 2)]).toEqual([...rows.shapes.subarray(2 * row, 2 * row + 2)]);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('are scanned to the same effect as others', () => {
    const rules: readonly MaskRule[] = [...defaultMasks, { kind: 'NUM', pattern: '\\d+' }];
    const fast = createScanner(rules);
    const slow = createScanner([...defaultMasks, { kind: 'NUM', pattern: '(?<!\\d)\\d+' }]);
    const all = (scanner: Scanner, bytes: Uint8Array) => {
      const tokens = scanner.scan(bytes, 0, bytes.length);
      const masksFound = scanner.found[2] ?? 0;
      return [
        [...scanner.found],
        [scanner.tokenStart, scanner.tokenEnd, scanner.valueStart].map((column) => [...column.subarray(0, tokens)]),
        [scanner.maskKind, scanner.maskStart, scanner.maskEnd].map((column) => [...column.subarray(0, masksFound)]),
        [...scanner.hashes.subarray(0, 2 * tokens)],
      ];
    };
    const endless = ['1 '.repeat(10_000), `${'1,'.repeat(300)} 2`, `1 ${'x'.repeat(10_000)}`].map(encodeUtf8);
    for (const bytes of endless) expect(all(slow, bytes)).toEqual(all(fast, bytes));
    fc.assert(
      fc.property(message, (bytes) => {
        expect(all(slow, bytes)).toEqual(all(fast, bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('leave messages in which they do not occur to the automaton', () => {
    const scanner = createIrregularScanner(masks, createScanner(masks).program.automaton.irregular, '');
    const occurs = (text: string): boolean => scanner.mayOccur(scanner.textOf(encodeUtf8(text), 0, text.length));
    expect(['executed "a"', 'user=ann', 'says "x"', 'it x'].map(occurs)).toEqual([true, true, true, true]);
    expect(['user=root', 'nothing of 10.0.0.1', 'executed'].map(occurs)).toEqual([false, false, false]);
  });

  it('are typed parameters of templates', () => {
    const parser = createDrain({ masks });
    parser.parse(batchOf(['job executed "rm -r x" user=ann', 'job executed "ls" user=bob']));
    expect(parser.templates().map(({ text }) => text)).toEqual(['job executed <CMD> user=<USER>']);
    const revived = decodeParser(parser.encode());
    expect(revived.templates()).toEqual(parser.templates());
    expect(revived.encode()).toEqual(parser.encode());
    expect(revived.parameters('job executed "cat a b" user=eve')).toEqual([
      { kind: 'CMD', value: '"cat a b"' },
      { kind: 'USER', value: 'eve' },
    ]);
  });

  it('may be the only ones', () => {
    const only: MaskRule[] = [{ kind: 'TWICE', pattern: '(\\w)\\1' }];
    expect(renderTokens(tokensOf(createScanner(only), encodeUtf8('aa ab 11 12')), kindsOf(only))).toBe(
      '<TWICE> ab <TWICE> 12',
    );
  });
});

it.each(['(?<=a)', '\\b', 'a*?', '^', '(?P<name>a)', 'a++', '(?<!a)ä', '(?<!a)\\p{L}', '(?<!a', 'a{3}{2,1}?', '\\bb['])(
  'refuses the mask pattern %j',
  (pattern) => {
    expect(() => createScanner([{ kind: 'X', pattern }])).toThrow(
      expect.objectContaining({ code: 'E_CONFIG', message: expect.stringContaining(JSON.stringify(pattern)) }),
    );
  },
);
