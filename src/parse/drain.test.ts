import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../test/support/requirements.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { createReferenceDrain } from './drain.reference.ts';
import { createDrain } from './drain.ts';
import type { DrainOptions } from './drain-options.ts';
import { defaultMasks } from './masks.ts';
import { parametersAt } from './parameter-places.ts';
import { parserSuite } from './parser.case.ts';
import { batchOf } from './records.case.ts';
import { decodeParser } from './registry.ts';
import { createScannedRows, scanBatch } from './scan-batch.ts';
import { createScanner } from './scanner.ts';
import { scannerProgram } from './scanner-instance.ts';
import { kindsOf, renderTokens, WILDCARD } from './token-text.ts';

parserSuite('drain');

/** As another thread scans. */
const scanners = ['', '=', '.=', '<>'].map((each) => createScanner(scannerProgram(defaultMasks, each)));

/** Parses with both and expects the same answers; every other batch was scanned before. */
function expectLikeReference(messages: readonly Uint8Array[], options: Partial<DrainOptions>, batchSize = 50): void {
  const fast = createDrain({ ...options, entities: false });
  const slow = createReferenceDrain(options);
  const scanner = scanners.find(({ program }) => program === fast.program);
  const assigned: number[] = [];
  for (let at = 0; at < messages.length; at += batchSize) {
    const batch = batchOf(messages.slice(at, at + batchSize));
    const before = scanner !== undefined && at % (2 * batchSize) === 0;
    const rows = createScannedRows(batch.count, batch.bytes.length);
    assigned.push(...fast.parse(batch, before ? scanBatch(scanner, batch, rows) : undefined).template);
  }
  const expected = messages.map((message) => slow.learn(message));
  expect(assigned).toEqual(expected);
  const kinds = kindsOf(options.masks ?? defaultMasks);
  for (const number of new Set(expected)) {
    const tokens = slow.tokensOf(number);
    if (tokens) expect(fast.templateOf(number).text).toBe(renderTokens(tokens, kinds));
  }
  const texts = messages.map((message) => new TextDecoder().decode(message));
  for (const text of new Set(texts)) expect(fast.match(text)).toBe(slow.match(encodeUtf8(text)));
}

const irregularMasks = [...defaultMasks, { kind: 'TWIN', pattern: '(\\w)\\1(?!\\w)|(?<=k=)v' }];

const word = fc.constantFrom(...'alpha beta gamma delta ss eps 10.0.0.1 42 x7 k=v k=9 <*>'.split(' '));
const messages = fc.array(
  fc.array(word, { maxLength: 7 }).map((words) => encodeUtf8(words.join(' '))),
  { maxLength: 120 },
);

describe('drain', () => {
  it('assigns as the reference does', () => {
    fc.assert(
      fc.property(
        messages,
        fc.record({
          depth: fc.integer({ min: 2, max: 5 }),
          simThreshold: fc.constantFrom(0, 0.3, 0.4, 0.5, 0.7, 1),
          maxChildren: fc.integer({ min: 1, max: 4 }),
          maxClusters: fc.constantFrom(1, 2, 5, 12, 1000),
          protectedWords: fc.constantFrom([], ['beta'], ['alpha', 'delta']),
          delimiters: fc.constantFrom('', '=', '.=', '<>'),
          masks: fc.constantFrom(defaultMasks, irregularMasks),
        }),
        (lines, options) => expectLikeReference(lines, options),
      ),
      { numRuns: 300 },
    );
  });

  it('assigns as the reference does where leaves are crowded', () => {
    const name = fc.integer({ min: 0, max: 11 }).map((n) => String.fromCharCode(97 + n));
    const crowd = fc.array(
      fc.array(name, { minLength: 4, maxLength: 5 }).map((words) => encodeUtf8(words.join(' '))),
      { minLength: 150, maxLength: 300 },
    );
    fc.assert(
      fc.property(
        crowd,
        fc.record({
          depth: fc.constantFrom(2, 3),
          maxChildren: fc.constantFrom(1, 100),
          simThreshold: fc.constantFrom(0.2, 0.5, 0.6, 0.75),
          maxClusters: fc.constantFrom(40, 1000),
        }),
        (lines, options) => expectLikeReference(lines, options),
      ),
      { numRuns: 40 },
    );
  });

  it('counts what it had to give up under a template of wildcards', () => {
    const parser = createDrain({ maxClusters: 2, entities: false });
    const { template } = parser.parse(batchOf(['a a', 'b b', 'b b', 'c c', 'd d']));
    expect(parser.evicted).toBe(2);
    expect(parser.templateOf(template[0] ?? -1)).toMatchObject({ text: '<*> <*>', count: 3 });
    expect(parser.templates().map(({ text, count }) => [text, count])).toEqual([
      ['c c', 1],
      ['d d', 1],
      ['<*> <*>', 3],
    ]);
  });

  it('never makes a parameter of a protected word', () => {
    const lines = ['port 1 went up now', 'port 2 went down now', 'port 3 went away now', 'port 4 went off now'];
    const parser = createDrain({ protectedWords: ['up', 'down'] });
    parser.parse(batchOf(lines));
    expect(parser.templates().map(({ text }) => text)).toEqual([
      'port <NUM> went up now',
      'port <NUM> went down now',
      'port <NUM> went <*> now',
    ]);
  });

  it('takes delimiters for blanks', () => {
    const parser = createDrain({ delimiters: '=,' });
    const { entities, entityOffsets } = parser.parse(batchOf(['open user=ann,uid=7', 'open user=bob,uid=8']));
    expect(parser.templates().map(({ text }) => text)).toEqual(['open user <*> uid <NUM>']);
    expect(parser.parameters('open user=eve,uid=9')).toEqual([
      { kind: '*', value: 'eve' },
      { kind: 'NUM', value: '9' },
    ]);
    // They are no reason to miss whom a line is about.
    expect([...entityOffsets]).toEqual([0, 1, 2]);
    expect(new Set(entities).size).toBe(2);
    const revived = decodeParser(parser.encode());
    expect(revived.match('open user=zoe,uid=1')).toBe(parser.match('open user=zoe,uid=1'));
    expect(revived.encode()).toEqual(parser.encode());
  });

  it('gives neighbouring wildcards for words of a text as one value, others one by one', () => {
    const parser = createDrain({ simThreshold: 0.3 });
    parser.parse(
      batchOf([
        'closed by host a5: timed out while reading rhost=x user=root',
        'closed by host b6: connection  reset by peer rhost=y user=ann',
      ]),
    );
    expect(parser.templates().map(({ text }) => text)).toEqual(['closed by host <*> <*> <*> <*> <*> <*> <*>']);
    const values = ['c7:', 'some \tother words entirely', 'rhost=z', 'user=eve'];
    const message = `closed by host ${values.join(' ')}`;
    const parameters = values.map((value) => ({ kind: '*', value }));
    expect(parser.parameters(message)).toEqual(parameters);
    const bytes = encodeUtf8(`before ${message} behind`);
    expect(parametersAt(bytes, parser.placesOf(bytes, 7, 7 + encodeUtf8(message).length, 0))).toEqual(parameters);
    expect(decodeParser(parser.encode()).parameters(message)).toEqual(parameters);
    // How many there are is the template's, not the line's.
    expect(parser.parameters('closed by host 1 2 k=3 4 5 6 7').map(({ value }) => value)).toEqual([
      '1',
      '2 k=3 4 5',
      '6',
      '7',
    ]);
  });

  it('gives values for the wildcards that the reference has', () => {
    const options = { masks: [], simThreshold: 0.3 };
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 6 }), { maxLength: 40 }), (lines) => {
        const texts = lines.map((words) => words.join(' '));
        const fast = createDrain(options);
        const slow = createReferenceDrain(options);
        const { template } = fast.parse(batchOf(texts));
        for (const text of texts) slow.learn(encodeUtf8(text));
        lines.forEach((words, row) => {
          const number = template[row] ?? -1;
          const joined = slow.wordsOf(number);
          const expected: string[] = [];
          slow.tokensOf(number)?.forEach((token, i) => {
            if (token !== WILDCARD) return;
            const goesOn = joined.has(i - 1) && joined.has(i);
            expected.push(goesOn ? `${expected.pop()} ${words[i]}` : (words[i] ?? ''));
          });
          const bytes = encodeUtf8(texts[row] ?? '');
          const parameters = parametersAt(bytes, fast.placesOf(bytes, 0, bytes.length, number));
          expect(parameters.map(({ value }) => value)).toEqual(expected);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('refuses options out of range', () => {
    expect(() => createDrain({ delimiters: '=x' })).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
    expect(() => createDrain({ depth: 1 })).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
    expect(() => createDrain({ simThreshold: 1.5 })).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  });
});

needs('data')('drain on real logs', () => {
  const linesOf = (bytes: Uint8Array): Uint8Array[] => {
    const text = new TextDecoder('latin1').decode(bytes);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Uint8Array.from(line, (letter) => letter.charCodeAt(0) & 0xff));
  };

  it('assigns every line of the auth.log as the reference does', () => {
    expectLikeReference(linesOf(gunzipSync(readFileSync(`${dataFolder}/auth/elastic_auth.log.gz`))), {});
  });

  it.each(readdirSync(`${dataFolder}/parsing`))(
    'assigns every line of the %s sample as the reference does',
    (system) => {
      expectLikeReference(linesOf(readFileSync(`${dataFolder}/parsing/${system}/${system}_2k.log`)), {});
    },
  );
});
