import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { detectorCases } from './detector.case.ts';
import { ensemble } from './ensemble.ts';

const SMALL = { order: 'deeplog', window: 4, embedding: 8, hidden: 12, batchSize: 32, epochs: 25, lr: 0.02 } as const;

detectorCases({ detector: ensemble, options: SMALL });

describe('ensemble', () => {
  const lists = (seed: number, count: number): string[][] => {
    const rng = createRng(seed);
    return Array.from({ length: count }, () => [
      'open',
      ...Array.from({ length: 2 + rng.int(3) }, () => 'read'),
      'close',
    ]);
  };

  test('flags what two views find odd, and not what one finds mildly odd', async () => {
    const model = await ensemble.fit(sequencesOf(lists(1, 400)), sequencesOf(lists(2, 400)), { ...SMALL, seed: 1 });
    const { sequence } = await model.score(
      sequencesOf([...lists(3, 50), ['open', 'read', 'open', 'close', 'close'], ['open', 'exploit', 'close']]),
    );
    expect(Math.max(...sequence.subarray(0, 50))).toBe(0);
    expect(Math.min(...sequence.subarray(50))).toBeGreaterThan(0);
    await model.dispose();
  });

  test('takes a value that is far outside for odd, where events carry values', async () => {
    const rng = createRng(5);
    const transfers = (count: number): SequenceSet => {
      const keys = Array.from({ length: count }, () => ['open', 'read', 'close']);
      const events = 3 * count;
      return {
        ...sequencesOf(keys),
        events: Int32Array.from({ length: events }, (_, row) => row),
        values: {
          time: Float64Array.from({ length: events }, (_, row) => 1e12 + 1000 * row),
          offsets: Int32Array.from({ length: events + 1 }, (_, row) => row),
          numbers: Float64Array.from({ length: events }, () => 100 + 10 * rng.normal()),
        },
      };
    };
    const options = { ...SMALL, epochs: 5, seed: 1 };
    const model = await ensemble.fit(transfers(300), transfers(200), options);
    const judged = transfers(50);
    judged.values?.numbers.fill(5000, 3 * 7 + 1, 3 * 7 + 2);
    const again = await ensemble.decode(await model.encode());
    for (const each of [model, again]) {
      const { sequence } = await each.score(judged);
      expect(sequence[7]).toBeGreaterThan(0);
      expect(Math.max(...sequence.filter((_, s) => s !== 7))).toBe(0);
    }
    await Promise.all([model.dispose(), again.dispose()]);
  });
});
