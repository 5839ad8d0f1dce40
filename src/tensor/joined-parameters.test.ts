import { describe, expect, it } from 'vitest';
import { float32, type Tensors } from './dtype.ts';
import { compile, createSession, input } from './index.ts';
import { joinedParameters } from './joined-parameters.ts';

const numbers: Tensors = {
  a: float32([2, 2], [1, 2, 3, 4]),
  bias: float32([3], [5, 6, 7]),
  b: float32([1, 2, 1], [8, 9]),
  rate: float32([], [10]),
};
const values = Object.fromEntries(Object.entries(numbers).map(([name, { shape }]) => [name, input(name, shape)]));

describe('joinedParameters', () => {
  const joined = joinedParameters(values);

  it('puts the numbers of matrices in one row, those of vectors in one vector, and parts them again', () => {
    const all = joined.joinTensors(numbers);
    expect(all).toEqual({
      matrices: float32([1, 6], [1, 2, 3, 4, 8, 9]),
      vectors: float32([4], [5, 6, 7, 10]),
    });
    expect(joined.partTensors(all)).toEqual(numbers);
  });

  it('does in a graph what it does with numbers', async () => {
    const all = joined.join(values);
    const parts = Object.fromEntries(Object.entries(joined.part(all)).map(([name, value]) => [`${name} again`, value]));
    const session = await createSession(compile({ outputs: { ...all, ...parts } }).bytes, { threads: 1 });
    const outputs = await session.run(numbers);
    await session.dispose();
    const again = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [`${name} again`, value]));
    expect(outputs).toEqual({ ...joined.joinTensors(numbers), ...again });
  });

  it('has no group without members, and names a value that is missing', () => {
    const { bias, ...others } = values;
    expect(Object.keys(joinedParameters({ bias: bias! }).join({ bias: bias! }))).toEqual(['vectors']);
    expect(() => joined.join(others)).toThrow('bias');
  });
});
