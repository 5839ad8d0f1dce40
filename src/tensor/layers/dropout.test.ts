import { describe, expect, it, test } from 'vitest';
import { compile, constant, createSession, dropout, float32Data, input, tensor } from '../index.ts';
import { expectGradients } from '../ops/gradient.case.ts';

const step = (value: number) => tensor('int64', [], BigInt64Array.of(BigInt(value)));

/** `dropout` of 64 x 1,000 ones. */
async function dropped(rate: number, seed: number, steps: readonly number[]): Promise<Float32Array[]> {
  const x = input('x', ['B', 1000]);
  const y = dropout(x, rate, { seed, step: input('step', [], 'int64') });
  const session = await createSession(compile({ outputs: { y } }).bytes, { threads: 1 });
  const ones = tensor('float32', [64, 1000], new Float32Array(64_000).fill(1));
  const results: Float32Array[] = [];
  for (const at of steps) results.push(float32Data((await session.run({ x: ones, step: step(at) })).y, 'y'));
  await session.dispose();
  return results;
}

const isZero = (value: number): number => (value === 0 ? 1 : 0);
const share = (values: ArrayLike<number>, holds: (at: number) => number): number =>
  Array.from(values, (_, at) => holds(at)).reduce((sum, value) => sum + value, 0) / values.length;

describe('dropout', () => {
  it('drops the share it promises and keeps the mean', async () => {
    for (const rate of [0.1, 0.5]) {
      for (const y of await dropped(rate, 7, [0, 1, 5000])) {
        expect(Math.abs(share(y, (i) => isZero(y[i]!)) - rate)).toBeLessThan(0.01);
        expect(Math.abs(share(y, (i) => y[i]!) - 1)).toBeLessThan(0.02);
      }
    }
  });

  it('drops neighbours, rows, steps and seeds independently of one another', async () => {
    const [a, next] = await dropped(0.5, 7, [3, 4]);
    const [other] = await dropped(0.5, 8, [3]);
    if (!a || !next || !other) throw new Error('no result');
    const both = (b: ArrayLike<number>, by: number): number =>
      share(a.subarray(by), (i) => isZero(a[i + by]!) * isZero(b[i]!));
    for (const together of [both(a, 1), both(a, 2), both(a, 1000), both(next, 0), both(other, 0)]) {
      expect(Math.abs(together - 0.25)).toBeLessThan(0.01);
    }
  });

  it('is the same for the same seed and step', async () => {
    expect(await dropped(0.3, 1, [9, 9])).toEqual([...(await dropped(0.3, 1, [9])), ...(await dropped(0.3, 1, [9]))]);
  });

  it('of nothing is nothing, and of all is refused', () => {
    const x = input('x', [2]);
    const chance = { seed: 1, step: constant(step(1)) };
    expect(dropout(x, 0, chance)).toBe(x);
    for (const rate of [1, -0.1, Number.NaN]) expect(() => dropout(x, rate, chance)).toThrow('rate');
  });
});

test('the gradient of dropout agrees with finite differences', async () => {
  await expectGradients({ shapes: [[4, 5]], of: (x) => dropout(x, 0.4, { seed: 3, step: constant(step(2)) }) });
});
