import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
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
});
