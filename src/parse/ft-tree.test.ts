import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../test/support/requirements.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { createReferenceFtTree } from './ft-tree.reference.ts';
import { createFtTree } from './ft-tree.ts';
import type { FtTreeOptions } from './ft-tree-options.ts';
import { defaultMasks } from './masks.ts';
import { parserSuite } from './parser.case.ts';
import { batchOf } from './records.case.ts';
import { decodeParser } from './registry.ts';
import { kindsOf, renderTokens } from './token-text.ts';

parserSuite('ft-tree');

/** Parses with both and expects the same answers. */
function expectLikeReference(messages: readonly Uint8Array[], options: Partial<FtTreeOptions>, batchSize = 50): void {
  const fast = createFtTree({ ...options, entities: false });
  const slow = createReferenceFtTree(options);
  const assigned: number[] = [];
  for (let at = 0; at < messages.length; at += batchSize) {
    assigned.push(...fast.parse(batchOf(messages.slice(at, at + batchSize))).template);
  }
  const expected = messages.map((message) => slow.learn(message));
  expect(assigned).toEqual(expected);
  const kinds = kindsOf(defaultMasks);
  for (const number of new Set(expected)) {
    expect(fast.templateOf(number).text).toBe(renderTokens(slow.wordsOf(number) ?? ['<*>'], kinds));
  }
}

const word = fc.constantFrom(...'alpha beta gamma delta eps zeta eta 10.0.0.1 42 x7 k=v k=9 a:b,c <*>'.split(' '));
const messages = fc.array(
  fc.array(word, { maxLength: 9 }).map((words) => encodeUtf8(words.join(' '))),
  { maxLength: 120 },
);

describe('ft-tree', () => {
  it('assigns as the reference does', () => {
    fc.assert(
      fc.property(
        messages,
        fc.record({
          leafNum: fc.constantFrom(1, 2, 3, 8),
          shortThreshold: fc.integer({ min: 0, max: 4 }),
          relearnAfter: fc.constantFrom(1, 4, 10, 1000),
          maxClusters: fc.constantFrom(1, 2, 5, 12, 1000),
          memory: fc.constantFrom(1, 3, 1000),
        }),
        (lines, options) => expectLikeReference(lines, options),
      ),
      { numRuns: 300 },
    );
  });

  it('goes on from what was encoded as if nothing had happened, whatever was learned before', () => {
    fc.assert(
      fc.property(messages, messages, fc.constantFrom(1, 4, 10, 1000), (before, after, relearnAfter) => {
        const parser = createFtTree({ relearnAfter, leafNum: 2 });
        parser.parse(batchOf(before));
        const revived = decodeParser(parser.encode());
        expect(revived.templates()).toEqual(parser.templates());
        expect(revived.parse(batchOf(after)).template).toEqual(parser.parse(batchOf(after)).template);
        expect(revived.templates()).toEqual(parser.templates());
      }),
    );
  });

  it('cuts where too many words branch, below the type too, and reports short lines apart', () => {
    const parser = createFtTree({ leafNum: 3, shortThreshold: 2 });
    const lines = ['ann', 'bob', 'cyd', 'dan'].map((name) => `login ${name}`);
    parser.parse(batchOf([...lines, 'halt', 'halt', 'disk full now', 'disk full again']));
    expect(parser.templates().map(({ text, count }) => [text, count])).toEqual([
      ['login <*>', 4],
      ['halt', 2],
      ['disk full now', 1],
      ['disk full again', 1],
    ]);
    const files = parser.files?.();
    expect(files?.get('ft-tree.template')).toBe('4\tlogin <*>\n1\tdisk full again\n1\tdisk full now\n');
    expect(files?.get('ft-tree.short')).toBe('2\thalt\n');
    expect(files?.get('ft-tree.fre')?.split('\n').slice(0, 2)).toEqual(['4\tlogin', '2\tdisk']);
  });

  it('refuses options out of range', () => {
    expect(() => createFtTree({ leafNum: 0 })).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  });
});

needs('data')('ft-tree on real logs', () => {
  it.each(readdirSync(`${dataFolder}/parsing`))('assigns the %s sample as the reference does', (system) => {
    const text = readFileSync(`${dataFolder}/parsing/${system}/${system}_2k.log`, 'latin1');
    const lines = text
      .split('\n')
      .filter((line, i) => line !== '' && i % 3 === 0)
      .map((line) => Uint8Array.from(line, (letter) => letter.charCodeAt(0) & 0xff));
    expectLikeReference(lines, {});
  });
});
