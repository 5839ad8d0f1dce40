import { describe, expect, it, test } from 'vitest';
import { createRng } from '../../util/rng.ts';
import {
  compile,
  constant,
  createSession,
  float32Data,
  input,
  neg,
  selectiveScan,
  type Tensors,
  tensor,
} from '../index.ts';
import { expectGradients } from '../ops/gradient.case.ts';

const [B, T, E, N] = [2, 7, 3, 2];

test('gradients of a selective scan agree with finite differences', async () => {
  // x and dt (B, T, E), a (E, N), b and c (B, T, N), state (B, E, N)
  const shapes = [
    [1, 3, 2],
    [1, 3, 2],
    [2, 2],
    [1, 3, 2],
    [1, 3, 2],
    [1, 2, 2],
  ];
  const begins = constant(tensor('float64', [1, 3, 1], Float64Array.of(0, 0, 1)));
  for (const part of ['y', 'state'] as const) {
    await expectGradients({
      shapes,
      range: [0.2, 1.5],
      of: (x, dt, a, b, c, state) => selectiveScan({ x, dt, a: neg(a), b, c, state, begins, most: 3 })[part],
    });
  }
});

describe('selectiveScan', () => {
  it('is the recurrence h = exp(dt a) h + dt b x, y = c h, whatever the number of positions', async () => {
    for (const most of [T, 64]) {
      const given = random();
      const { y, after } = await run(given, most);
      const expected = recurrence(given);
      expectClose(y, expected.y);
      expectClose(after, expected.state);
    }
  });

  it('forgets where a sequence begins', async () => {
    const given = { ...random(), begins: column([1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]) };
    const { y, after } = await run(given, T);
    const expected = recurrence(given);
    expectClose(y, expected.y);
    expectClose(after, expected.state);
  });
});

type Given = Record<'x' | 'dt' | 'a' | 'b' | 'c' | 'begins' | 'state', Tensors[string]>;

function column(values: readonly number[]): Tensors[string] {
  return tensor('float32', [B, T, 1], Float32Array.from(values));
}

function random(): Given {
  const rng = createRng(4);
  const fill = (shape: number[], low: number, high: number): Tensors[string] => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    return tensor(
      'float32',
      shape,
      Float32Array.from({ length: size }, () => low + (high - low) * rng.next()),
    );
  };
  return {
    x: fill([B, T, E], -1, 1),
    dt: fill([B, T, E], 0, 1),
    a: fill([E, N], -2, -0.1),
    b: fill([B, T, N], -1, 1),
    c: fill([B, T, N], -1, 1),
    begins: column(new Array(B * T).fill(0)),
    state: fill([B, E, N], -1, 1),
  };
}

async function run(given: Given, most: number): Promise<{ y: Float32Array; after: Float32Array }> {
  const named = Object.entries(given).map(([name, { shape }]) => [
    name,
    input(name, name === 'a' ? shape : ['B', shape[1] === T ? 'T' : E, Number(shape[2])]),
  ]);
  const inputs = Object.fromEntries(named) as Record<keyof Given, ReturnType<typeof input>>;
  const { y, state } = selectiveScan({ ...inputs, most });
  const session = await createSession(compile({ outputs: { y, after: state } }).bytes, { threads: 1 });
  const outputs = await session.run(given);
  await session.dispose();
  return { y: float32Data(outputs.y, 'y'), after: float32Data(outputs.after, 'after') };
}

function recurrence(given: Given): { y: Float32Array; state: Float32Array } {
  const of = (name: keyof Given): Float32Array => float32Data(given[name], name);
  const [x, dt, a, b, c, begins] = [of('x'), of('dt'), of('a'), of('b'), of('c'), of('begins')];
  const h = of('state').slice();
  const y = new Float32Array(B * T * E);
  for (let row = 0; row < B; row++) {
    for (let t = 0; t < T; t++) {
      for (let e = 0; e < E; e++) {
        const place = (row * T + t) * E + e;
        for (let n = 0; n < N; n++) {
          const cell = (row * E + e) * N + n;
          const kept = begins[row * T + t] === 1 ? 0 : Math.exp(dt[place]! * a[e * N + n]!) * h[cell]!;
          h[cell] = kept + dt[place]! * b[(row * T + t) * N + n]! * x[place]!;
          y[place]! += c[(row * T + t) * N + n]! * h[cell]!;
        }
      }
    }
  }
  return { y, state: h };
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(1e-5);
}
