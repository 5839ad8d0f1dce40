import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeParser } from '../parse/index.ts';
import { numberIn } from './event-values.ts';
import { ingest } from './ingest.ts';

const folder = mkdtempSync(join(tmpdir(), 'caracal-values-'));
afterAll(() => rmSync(folder, { recursive: true }));

function logOf(name: string, messages: readonly string[]): string {
  const path = join(folder, name);
  const line = (message: string, i: number): string =>
    `Mar 27 10:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} web app[7]: ${message}\n`;
  writeFileSync(path, messages.map(line).join(''));
  return path;
}

it.each([
  ['12', 12],
  ['-0.5', -0.5],
  ['250ms', 0.25],
  ['3m', 180],
  ['2h', 7200],
  ['3M', 3 * 2 ** 20],
  ['1.5MB', 1.5 * 2 ** 20],
  ['4KiB', 4096],
  ['100bytes', 100],
  ['1.2.3', Number.NaN],
  ['12abc', Number.NaN],
  ['eth0', Number.NaN],
  ['', Number.NaN],
])('numberIn(%j) is %d', (text, number) => {
  expect(numberIn(text)).toBe(number);
});

describe('values of events', () => {
  const messages = Array.from({ length: 40 }, (_, i) =>
    i % 2 ? `request for user${i} took ${i}ms and read ${i * 10} of 10.0.0.${i}` : 'nothing happened here today',
  );

  it('are the numbers of the final template, as many for each of its events, with their times', async () => {
    const { events, sequences, dispose } = await ingest([logOf('own.log', messages)], { values: 'own' });
    const { values } = sequences;
    if (!values) throw new Error('values must be there');
    expect(values.time).toEqual(events.time);
    messages.forEach((_, row) => {
      const numbers = [...values.numbers.subarray(values.offsets[row], values.offsets[row + 1])];
      if (row % 2 === 0) expect(numbers).toEqual([]);
      else {
        expect(numbers).toHaveLength(4);
        expect(numbers.slice(1)).toEqual([row / 1000, row * 10, Number.NaN]);
      }
    });
    await dispose();
  });

  it('are not read where nobody asks for them', async () => {
    const { sequences, dispose } = await ingest([logOf('none.log', messages)]);
    expect(sequences.values).toBeUndefined();
    await dispose();
  });

  it('stay in their places where a template generalises after training, and there are none of a new one', async () => {
    const train = await ingest([
      logOf(
        'train.log',
        messages.map((text) => text.replace(/user\d+/, 'alice')),
      ),
    ]);
    const known = train.parser.encode();
    const vocabulary = train.parser.templates().map(({ id }) => id);
    const later = ['request for bob took 99ms and read 5 of 10.0.0.1', 'wholly new 17 things', ...messages.slice(0, 4)];
    const { sequences, dispose } = await ingest([logOf('later.log', later)], {
      parser: decodeParser(known),
      knownKeys: vocabulary,
      values: decodeParser(known),
    });
    const { values } = sequences;
    const numbersOf = (row: number) => [
      ...(values?.numbers.subarray(values.offsets[row], values.offsets[row + 1]) ?? []),
    ];
    expect(numbersOf(0)).toEqual([0.099, 5, Number.NaN]);
    expect(numbersOf(1)).toEqual([]);
    expect(numbersOf(3)).toEqual([0.001, 10, Number.NaN]);
    await Promise.all([train.dispose(), dispose()]);
  });
});
