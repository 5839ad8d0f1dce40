import { describe, expect, it, test } from 'vitest';
import {
  abs,
  add,
  broadcastTo,
  cast,
  concat,
  constant,
  cumsum,
  div,
  exp,
  expandDims,
  gather,
  gradients,
  log,
  logSoftmax,
  matmul,
  maximum,
  minimum,
  mul,
  neg,
  neighbourSum,
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
import { argumentsOf, expectGradients, type GradientCase } from './gradient.case.ts';

const INDICES = constant(tensor('int32', [4], Int32Array.of(2, 0, 2, 1)));
const GRID = constant(tensor('int64', [2, 2], BigInt64Array.of(2n, 0n, 2n, 1n)));
const MANY = constant(tensor('int32', [3], Int32Array.of(599, 7, 599)));
/** Of rows 0, 1, 2 and of row 3 by itself. */
const NEIGHBOURS = {
  back: [places(4, 0, 1, 4), places(4, 4, 0, 4)],
  ahead: [places(1, 2, 4, 4), places(2, 4, 4, 4)],
};
const CONDITION = constant(tensor('bool', [2, 3], Uint8Array.of(1, 0, 0, 1, 1, 0)));

/** Arguments are random, so that no case sits on a kink. */
const CASES: Readonly<Record<string, readonly GradientCase[]>> = {
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
  neighbourSum: [
    {
      shapes: [
        [4, 2],
        [3, 2],
      ],
      of: (x, w) => neighbourSum(x, w, NEIGHBOURS),
    },
    {
      shapes: [
        [4, 2],
        [1, 2],
      ],
      of: (x, w) => neighbourSum(x, w, { back: [], ahead: [] }),
    },
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

function parts(x: Value, sizes: readonly number[], use: (parts: [Value, Value, Value]) => Value): Value {
  const [a = x, b = x, c = x] = split(x, -1, sizes);
  return use([a, b, c]);
}

function places(...rows: number[]): Value {
  return constant(tensor('int32', [rows.length], Int32Array.from(rows)));
}
