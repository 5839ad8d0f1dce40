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
