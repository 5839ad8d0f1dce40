import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../test/support/requirements.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { defaultMasks } from './masks.ts';
import { parserSuite } from './parser.case.ts';
import { batchOf } from './records.case.ts';
import { decodeParser } from './registry.ts';
import { createReferenceSpell } from './spell.reference.ts';
import { createSpell } from './spell.ts';
import type { SpellOptions } from './spell-options.ts';
import { kindsOf, renderTokens } from './token-text.ts';

parserSuite('spell');

/** Parses with both and expects the same answers. */
function expectLikeReference(messages: readonly Uint8Array[], options: Partial<SpellOptions>, batchSize = 50): void {
  const fast = createSpell({ ...options, entities: false });
  const slow = createReferenceSpell(options);
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
  const texts = messages.map((message) => new TextDecoder().decode(message));
  for (const text of new Set(texts)) expect(fast.match(text)).toBe(slow.match(encodeUtf8(text)));
}

const word = fc.constantFrom(...'alpha beta gamma delta eps zeta eta 10.0.0.1 42 x7 k=v k=9 a:b,c <*>'.split(' '));
const messages = fc.array(
  fc.array(word, { maxLength: 9 }).map((words) => encodeUtf8(words.join(' '))),
  { maxLength: 120 },
);

describe('spell', () => {
  it('assigns as the reference does', () => {
    fc.assert(
      fc.property(
        messages,
        fc.record({
          tau: fc.constantFrom(0.1, 0.4, 0.5, 0.6, 0.75, 0.8, 1),
          splitForms: fc.integer({ min: 1, max: 5 }),
          splitCount: fc.integer({ min: 1, max: 3 }),
          maxClusters: fc.constantFrom(1, 2, 5, 12, 1000),
          memory: fc.constantFrom(1, 3, 1000),
        }),
        (lines, options) => expectLikeReference(lines, options),
      ),
      { numRuns: 300 },
    );
  });

  it('splits what comes in a few forms, each often, and merges it again when there are many', () => {
    const parser = createSpell({ splitForms: 2, splitCount: 3 });
    const lines = (state: string) => new Array<string>(3).fill(`the link to port 12 of the switch is ${state}`);
    parser.parse(batchOf([...lines('up'), ...lines('down')]));
    const before = parser.templates();
    expect(before.map(({ text, count }) => [text, count])).toEqual([
      ['the link to port <NUM> of the switch is up', 3],
      ['the link to port <NUM> of the switch is down', 3],
    ]);
    parser.parse(batchOf(lines('flapping')));
    const [merged, ...others] = parser.templates();
    expect(merged).toMatchObject({ text: 'the link to port <NUM> of the switch is <*>', count: 9 });
    expect(others).toEqual([]);
    for (const { id } of before) expect(parser.resolve(id)).toEqual(merged);
  });

  it('takes parameters of several words whole', () => {
    const parser = createSpell({ tau: 0.6 });
    parser.parse(batchOf(['mail from alice to bob has been sent', 'mail from alice to all of us has been sent']));
    expect(parser.templates()[0]?.text).toBe('mail from alice to <*> has been sent');
    expect(parser.parameters('mail from alice to none of you has been sent')).toEqual([
      { kind: '*', value: 'none of you' },
    ]);
  });

  it('keeps what stands between words: no blank where there was none', () => {
    const parser = createSpell({ tau: 0.5 });
    parser.parse(batchOf(['login user=root tty:ssh,ok', 'login user=eve tty:ssh,ok']));
    expect(parser.templates()[0]?.text).toBe('login user=<*> tty:ssh,ok');
  });

  it('counts what it had to give up', () => {
    const parser = createSpell({ maxClusters: 1 });
    const { template } = parser.parse(batchOf(['a a', 'b b', 'b b']));
    expect(parser.evicted).toBe(1);
    expect(parser.templateOf(template[0] ?? -1)).toMatchObject({ text: '<*>', count: 1 });
  });

  it('goes on from what was encoded as if nothing had happened, whatever was learned before', () => {
    fc.assert(
      fc.property(messages, messages, fc.constantFrom(1, 5, 1000), (before, after, maxClusters) => {
        const parser = createSpell({ maxClusters, tau: 0.6, splitForms: 3, splitCount: 2 });
        parser.parse(batchOf(before));
        const revived = decodeParser(parser.encode());
        expect(revived.templates()).toEqual(parser.templates());
        expect(revived.parse(batchOf(after)).template).toEqual(parser.parse(batchOf(after)).template);
        expect(revived.templates()).toEqual(parser.templates());
      }),
    );
  });

  it('refuses options out of range', () => {
    expect(() => createSpell({ tau: 0 })).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  });
});

needs('data')('spell on real logs', () => {
  it.each(readdirSync(`${dataFolder}/parsing`))('assigns the %s sample as the reference does', (system) => {
    const text = readFileSync(`${dataFolder}/parsing/${system}/${system}_2k.log`, 'latin1');
    const lines = text
      .split('\n')
      .filter((line, i) => line !== '' && i % 3 === 0)
      .map((line) => Uint8Array.from(line, (letter) => letter.charCodeAt(0) & 0xff));
    expectLikeReference(lines, {});
  });
});
