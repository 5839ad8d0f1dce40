import { describe, expect, it, test } from 'vitest';
import { createRng } from '../../util/rng.ts';
import {
  abs,
  add,
  broadcastTo,
  cast,
  compile,
  concat,
  constant,
  createSession,
  cumsum,
  div,
  exp,
  expandDims,
  gather,
  gradients,
  input,
  log,
  logSoftmax,
  lstm,
  matmul,
  maximum,
  minimum,
  mul,
  neg,
  pad,
  pow,
  reduceMax,
  reduceMean,
  reduceSum,
  registeredOps,
  relu,
  reshape,
  scatterAdd,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
  split,
  sqrt,
  square,
  squeeze,
  stack,
  sub,
  tanh,
  tensor,
  transpose,
  type Value,
  where,
} from '../index.ts';
import { topologicalOrder } from '../value.ts';

/** A function to differentiate: the shapes of its arguments, their range, and what it computes. */
interface Case {
  readonly shapes: readonly (readonly number[])[];
  readonly of: (...values: Value[]) => Value;
  /** Lowest and highest argument; -2 to 2 unless told. */
  readonly range?: readonly [number, number];
}

const INDICES = constant(tensor('int32', [4], Int32Array.of(2, 0, 2, 1)));
const GRID = constant(tensor('int64', [2, 2], BigInt64Array.of(2n, 0n, 2n, 1n)));
const MANY = constant(tensor('int32', [3], Int32Array.of(599, 7, 599)));
const CONDITION = constant(tensor('bool', [2, 3], Uint8Array.of(1, 0, 0, 1, 1, 0)));

/** Arguments are random, so that no case sits on a kink. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  add: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      of: add,
    },
    { shapes: [[2, 3], [3]], of: add },
    {
      shapes: [
        [2, 1],
        [1, 3],
      ],
      of: add,
    },
    { shapes: [[], [2, 2]], of: add },
    { shapes: [[2]], of: (x) => add(x, x) },
  ],
  sub: [
    {
      shapes: [
        [2, 3],
        [1, 3],
      ],
      of: sub,
    },
  ],
  mul: [
    {
      shapes: [
        [2, 3],
        [2, 1],
      ],
      of: mul,
    },
    { shapes: [[3]], of: (x) => mul(x, 3) },
    { shapes: [[3]], of: square },
  ],
  div: [{ shapes: [[2, 3], [3]], of: div, range: [0.5, 2] }],
  neg: [{ shapes: [[3]], of: neg }],
  exp: [{ shapes: [[2, 3]], of: exp }],
  log: [{ shapes: [[2, 3]], of: log, range: [0.5, 3] }],
  sqrt: [{ shapes: [[2, 3]], of: sqrt, range: [0.5, 3] }],
  pow: [
    { shapes: [[2, 3]], of: (x) => pow(x, 3) },
    { shapes: [[2, 3]], of: (x) => pow(x, -1.5), range: [0.5, 3] },
    { shapes: [[2]], of: (x) => pow(x, 1) },
  ],
  abs: [{ shapes: [[2, 3]], of: abs }],
  sigmoid: [{ shapes: [[2, 3]], of: sigmoid }],
  tanh: [{ shapes: [[2, 3]], of: tanh }],
  relu: [{ shapes: [[2, 3]], of: relu }],
  softplus: [
    { shapes: [[2, 3]], of: softplus },
    { shapes: [[2, 3]], of: silu },
  ],
  maximum: [{ shapes: [[2, 3], [3]], of: maximum }],
  minimum: [
    {
      shapes: [
        [2, 3],
        [2, 1],
      ],
      of: minimum,
    },
  ],
  where: [
    { shapes: [[2, 3], [3]], of: (a, b) => where(CONDITION, a, b) },
    { shapes: [[2, 3]], of: (a) => where(CONDITION, a, 0) },
  ],
  cast: [{ shapes: [[2, 3]], of: (x) => cast(cast(x, 'float32'), 'float64') }],
  reshape: [{ shapes: [[2, 6]], of: (x) => reshape(x, [3, 4]) }],
  expandDims: [{ shapes: [[2, 3]], of: (x) => expandDims(x, 1) }],
  squeeze: [{ shapes: [[2, 1, 3]], of: (x) => squeeze(x, 1) }],
  transpose: [
    { shapes: [[2, 3, 4]], of: (x) => transpose(x, [2, 0, 1]) },
    { shapes: [[2, 3]], of: (x) => transpose(x) },
  ],
  broadcastTo: [{ shapes: [[2, 1]], of: (x) => broadcastTo(x, [3, 2, 4]) }],
  reduceSum: [
    { shapes: [[2, 3]], of: (x) => reduceSum(x) },
    { shapes: [[2, 3, 2]], of: (x) => reduceSum(x, { axes: [0, -1] }) },
    { shapes: [[2, 3]], of: (x) => reduceSum(x, { axes: [1], keepDims: true }) },
    { shapes: [[2, 3]], of: (x) => reduceSum(x, { axes: [] }) },
  ],
  reduceMean: [
    { shapes: [[2, 3]], of: (x) => reduceMean(x) },
    { shapes: [[2, 3, 2]], of: (x) => reduceMean(x, { axes: [1] }) },
  ],
  reduceMax: [
    { shapes: [[2, 3]], of: (x) => reduceMax(x, { axes: [1] }) },
    { shapes: [[2, 3]], of: (x) => reduceMax(x, { axes: [0], keepDims: true }) },
  ],
  slice: [
    { shapes: [[4, 3]], of: (x) => slice(x, 0, 1, 3) },
    { shapes: [[4, 3]], of: (x) => slice(x, 1, 0, -1) },
    { shapes: [[4, 3]], of: (x) => slice(x, 1, 2) },
  ],
  pad: [{ shapes: [[2, 3]], of: (x) => pad(x, 1, 2, 1) }],
  concat: [
    {
      shapes: [
        [2, 3],
        [1, 3],
      ],
      of: (a, b) => concat([a, b, a], 0),
    },
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      of: (a, b) => stack([a, b], 1),
    },
  ],
  split: [
    {
      shapes: [[2, 6]],
      of: (x) => parts(x, [1, 2, 3], ([a, b, c]) => add(mul(a, b), reduceSum(c, { axes: [1], keepDims: true }))),
    },
    { shapes: [[2, 6]], of: (x) => parts(x, [1, 2, 3], ([, , c]) => square(c)) },
  ],
  matmul: [
    {
      shapes: [
        [2, 3],
        [3, 4],
      ],
      of: (a, b) => matmul(a, b),
    },
    {
      shapes: [
        [3, 2],
        [3, 4],
      ],
      of: (a, b) => matmul(a, b, { transposeA: true }),
    },
    {
      shapes: [
        [2, 3],
        [4, 3],
      ],
      of: (a, b) => matmul(a, b, { transposeB: true }),
    },
    {
      shapes: [
        [3, 2],
        [4, 3],
      ],
      of: (a, b) => matmul(a, b, { transposeA: true, transposeB: true }),
    },
    {
      shapes: [
        [2, 2, 3],
        [3, 4],
      ],
      of: (a, b) => matmul(a, b),
    },
    {
      shapes: [
        [2, 2, 3],
        [4, 3],
      ],
      of: (a, b) => matmul(a, b, { transposeB: true }),
    },
    {
      shapes: [
        [2, 3, 2],
        [3, 4],
      ],
      of: (a, b) => matmul(a, b, { transposeA: true }),
    },
    {
      shapes: [
        [2, 3, 2],
        [4, 3],
      ],
      of: (a, b) => matmul(a, b, { transposeA: true, transposeB: true }),
    },
    {
      shapes: [
        [2, 2, 3],
        [2, 3, 4],
      ],
      of: (a, b) => matmul(a, b),
    },
    {
      shapes: [
        [2, 3, 2],
        [2, 4, 3],
      ],
      of: (a, b) => matmul(a, b, { transposeA: true, transposeB: true }),
    },
    {
      shapes: [
        [2, 3],
        [2, 3, 4],
      ],
      of: (a, b) => matmul(a, b),
    },
  ],
  gather: [
    { shapes: [[3, 2]], of: (x) => gather(x, INDICES) },
    { shapes: [[3, 2]], of: (x) => gather(x, GRID) },
    { shapes: [[3]], of: (x) => gather(x, GRID) },
    { shapes: [[600]], of: (x) => gather(x, MANY) },
  ],
  scatterAdd: [
    { shapes: [[4, 2]], of: (x) => scatterAdd(x, INDICES, 5) },
    { shapes: [[2, 2, 3]], of: (x) => scatterAdd(x, GRID, 3) },
  ],
  softmax: [
    { shapes: [[2, 3]], of: (x) => softmax(x) },
    { shapes: [[2, 3]], of: (x) => softmax(x, 0) },
  ],
  logSoftmax: [{ shapes: [[2, 3]], of: (x) => logSoftmax(x) }],
  cumsum: [
    { shapes: [[2, 3]], of: (x) => cumsum(x, 1) },
    { shapes: [[2, 3]], of: (x) => cumsum(x, 0, { reverse: true }) },
    { shapes: [[2, 3]], of: (x) => cumsum(x, -1, { exclusive: true }) },
  ],
};

const differentiable = [...registeredOps()].filter(([, hasGradient]) => hasGradient).map(([name]) => name);

describe('gradients agree with central finite differences', () => {
  it('has a case for every registered op that has a gradient', () => {
    expect(Object.keys(CASES).sort()).toEqual([...differentiable].sort());
  });

  describe.each(differentiable)('%s', (name) => {
    (CASES[name] ?? []).forEach((gradientCase, index) => {
      test(`case ${index + 1}`, async () => {
        const uses = topologicalOrder([gradientCase.of(...argumentsOf(gradientCase))]).map((node) => node.op);
        if (index === 0) expect(uses).toContain(name);
        await expectGradients(gradientCase);
      });
    });
  });

  test('an unrolled LSTM', async () => {
    await expectGradients({
      shapes: [
        [2, 8],
        [2, 8],
        [2, 8],
        [2, 8],
      ],
      of: (a, b, c, u) => stack(lstm([a, b, c], u), 0),
    });
  });

  test('a gradient of a gradient', async () => {
    await expectGradients({
      shapes: [[3], [3]],
      of: (x, y) => {
        const [slope = x] = gradients(reduceSum(mul(tanh(mul(x, y)), exp(x))), [x]);
        return slope;
      },
    });
  });
});

// --- internal ---

const STEP = 1e-4;

/**
 * Compares in float64: central differences are off by about STEP^2 times the third
 * derivative plus rounding of 1e-16 / STEP, so 1e-6 leaves room for both. A cast
 * through float32 rounds at 1e-7 / STEP.
 */
async function expectGradients(gradientCase: Case): Promise<void> {
  const values = argumentsOf(gradientCase);
  const output = gradientCase.of(...values);
  // A fixed random weight for each output element makes the loss depend on all of them differently.
  const rng = createRng(5);
  const shape = output.shape.map(Number);
  const size = shape.reduce((product, dim) => product * dim, 1);
  const weights = constant(
    tensor(
      'float64',
      shape,
      Float64Array.from({ length: size }, () => rng.normal()),
    ),
  );
  const loss = reduceSum(mul(output, weights));
  const slopes = gradients(loss, values);
  const outputs = Object.fromEntries([
    ['loss', loss],
    ...slopes.map((slope, index) => [`slope${index}`, slope] as const),
  ]);
  const session = await createSession(compile({ outputs, inputs: values }).bytes, { threads: 1 });

  const [low, high] = gradientCase.range ?? [-2, 2];
  const data = gradientCase.shapes.map((dims) =>
    Float64Array.from(
      { length: dims.reduce((product, dim) => product * dim, 1) },
      () => low + (high - low) * rng.next(),
    ),
  );
  const run = (): ReturnType<typeof session.run> =>
    session.run(
      Object.fromEntries(
        data.map((content, index) => [`x${index}`, tensor('float64', gradientCase.shapes[index] ?? [], content)]),
      ),
    );
  const analytic = await run();
  const tolerance = output.node.op === 'cast' ? 1e-2 : 1e-6;
  for (const [index, content] of data.entries()) {
    expect(analytic[`slope${index}`]?.shape).toEqual(gradientCase.shapes[index]);
    for (let element = 0; element < Math.min(content.length, 12); element++) {
      const kept = content[element] ?? 0;
      content[element] = kept + STEP;
      const above = Number((await run()).loss?.data[0]);
      content[element] = kept - STEP;
      const below = Number((await run()).loss?.data[0]);
      content[element] = kept;
      const numeric = (above - below) / (2 * STEP);
      expect(Math.abs(Number(analytic[`slope${index}`]?.data[element]) - numeric)).toBeLessThan(
        tolerance * (1 + Math.abs(numeric)),
      );
    }
  }
  await session.dispose();
}

function argumentsOf({ shapes }: Case): Value[] {
  return shapes.map((shape, index) => input(`x${index}`, shape, 'float64'));
}

function parts(x: Value, sizes: readonly number[], use: (parts: [Value, Value, Value]) => Value): Value {
  const [a = x, b = x, c = x] = split(x, -1, sizes);
  return use([a, b, c]);
}
