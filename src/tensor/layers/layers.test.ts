import { describe, expect, it, test } from 'vitest';
import { createRng } from '../../util/rng.ts';
import {
  causalConvolution,
  compile,
  constant,
  createSession,
  float32Data,
  input,
  layerNorm,
  lstm,
  neg,
  rmsNorm,
  stack,
  stateSpace,
  type Tensors,
  tensor,
} from '../index.ts';
import { expectGradients } from '../ops/gradient.case.ts';

const CAUSAL = constant(tensor('bool', [1, 3, 3], Uint8Array.of(1, 0, 0, 1, 1, 0, 1, 1, 1)));
/** Positions 0 and 1 are one sequence, 2 begins another. */
const PACKED = constant(tensor('bool', [1, 3, 3], Uint8Array.of(1, 0, 0, 1, 1, 0, 0, 0, 1)));

describe('gradients of layers agree with finite differences', () => {
  test('an unrolled LSTM', async () => {
    const shapes = [1, 2, 3, 4].map(() => [2, 8]);
    await expectGradients({ shapes, of: (a, b, c, u) => stack(lstm([a, b, c], u), 0) });
    // Weights of their own for each row.
    await expectGradients({
      shapes: Array.from({ length: 3 }, () => [2, 1, 4]),
      of: (a, b, u) => stack(lstm([a, b], u), 0),
    });
  });

  test('normalisations', async () => {
    await expectGradients({ shapes: [[2, 3, 4], [4]], of: (x, w) => rmsNorm(x, w) });
    await expectGradients({ shapes: [[2, 4], [4], [4]], of: (x, w, b) => layerNorm(x, w, b) });
  });

  test('causal convolution', async () => {
    await expectGradients({ shapes: [[2, 5, 3], [4, 3], [3]], of: (x, w, b) => causalConvolution(x, w, b) });
    await expectGradients({
      shapes: [[2, 3, 2], [3, 2], [2], [2, 2, 2]],
      of: (x, w, b, before) => causalConvolution(x, w, b, { before }),
    });
  });

  test('state space', async () => {
    // x (B, T, H, P), dt (B, T, H), a (H), b and c (B, T, N), state (B, H, N, P)
    const shapes = [[1, 3, 2, 2], [1, 3, 2], [2], [1, 3, 2], [1, 3, 2], [1, 2, 2, 2]];
    for (const visible of [CAUSAL, PACKED]) {
      await expectGradients({
        shapes,
        range: [0.2, 1.5],
        of: (x, dt, a, b, c, state) => stateSpace({ x, dt, a: neg(a), b, c, visible, state }).y,
      });
    }
    await expectGradients({
      shapes,
      range: [0.2, 1.5],
      of: (x, dt, a, b, c, state) => stateSpace({ x, dt, a: neg(a), b, c, visible: CAUSAL, state }).state,
    });
  });
});

describe('stateSpace', () => {
  const [B, T, H, P, N] = [2, 7, 3, 2, 4];

  it('is the recurrence h = exp(dt a) h + dt b x, y = c h', async () => {
    const given = random();
    const { y, after } = await run(given, T);
    const expected = recurrence(given);
    expectClose(float32Data(y, 'y'), expected.y);
    expectClose(float32Data(after, 'after'), expected.state);
  });

  it('in two parts with the state carried gives what it gives at once', async () => {
    const given = random();
    const whole = await run(given, T);
    const first = await run(part(given, 0, 4), 4);
    const second = await run({ ...part(given, 4, T), state: first.after ?? given.state }, T - 4);
    expectClose(float32Data(second.after, 'after'), float32Data(whole.after, 'after'));
    const rows = (values: Float32Array, length: number): number[][] =>
      Array.from({ length: B }, (_, b) => [...values.subarray(b * length * H * P, (b + 1) * length * H * P)]);
    const [one, two, all] = [
      rows(float32Data(first.y, 'y'), 4),
      rows(float32Data(second.y, 'y'), T - 4),
      rows(float32Data(whole.y, 'y'), T),
    ];
    all.forEach((row, b) => {
      expectClose([...(one[b] ?? []), ...(two[b] ?? [])], row);
    });
  });

  type Given = Record<'x' | 'dt' | 'a' | 'b' | 'c' | 'state', Tensors[string]>;

  function random(): Given {
    const rng = createRng(4);
    const fill = (shape: number[], low: number, high: number): Tensors[string] =>
      tensor(
        'float32',
        shape,
        Float32Array.from(
          { length: shape.reduce((size, dim) => size * dim, 1) },
          () => low + (high - low) * rng.next(),
        ),
      );
    return {
      x: fill([B, T, H, P], -1, 1),
      dt: fill([B, T, H], 0, 1),
      a: fill([H], -2, -0.1),
      b: fill([B, T, N], -1, 1),
      c: fill([B, T, N], -1, 1),
      state: fill([B, H, N, P], -1, 1),
    };
  }

  /** Positions `from` to `to` of everything that has positions. */
  function part(given: Given, from: number, to: number): Given {
    const cut = (value: Tensors[string]): Tensors[string] => {
      const [rows = 1, length = 1, ...rest] = value.shape;
      const width = rest.reduce((size, dim) => size * dim, 1);
      const data = float32Data(value, 'part');
      const kept = Array.from({ length: rows }, (_, row) => [
        ...data.subarray((row * length + from) * width, (row * length + to) * width),
      ]).flat();
      return tensor('float32', [rows, to - from, ...rest], Float32Array.from(kept));
    };
    return { ...given, x: cut(given.x), dt: cut(given.dt), b: cut(given.b), c: cut(given.c) };
  }

  async function run(given: Given, length: number): Promise<Tensors> {
    const inputs = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, input(name, value.shape)]),
    ) as Record<keyof Given, ReturnType<typeof input>>;
    const causal = Uint8Array.from({ length: length * length }, (_, i) =>
      i % length <= Math.floor(i / length) ? 1 : 0,
    );
    const visible = constant(tensor('bool', [1, length, length], causal));
    const { y, state } = stateSpace({ ...inputs, visible });
    const session = await createSession(compile({ outputs: { y, after: state } }).bytes, { threads: 1 });
    const outputs = await session.run(given);
    await session.dispose();
    return outputs;
  }

  function recurrence(given: Given): { y: Float32Array; state: Float32Array } {
    const of = (name: keyof Given): Float32Array => float32Data(given[name], name);
    const [x, dt, a, b, c] = [of('x'), of('dt'), of('a'), of('b'), of('c')];
    const h = of('state').slice();
    const y = new Float32Array(B * T * H * P);
    for (let row = 0; row < B; row++) {
      for (let t = 0; t < T; t++) {
        for (let head = 0; head < H; head++) {
          const step = dt[(row * T + t) * H + head]!;
          for (let p = 0; p < P; p++) {
            const place = ((row * T + t) * H + head) * P + p;
            for (let n = 0; n < N; n++) {
              const cell = ((row * H + head) * N + n) * P + p;
              h[cell] = Math.exp(step * a[head]!) * h[cell]! + step * b[(row * T + t) * N + n]! * x[place]!;
              y[place]! += c[(row * T + t) * N + n]! * h[cell]!;
            }
          }
        }
      }
    }
    return { y, state: h };
  }
});

describe('causalConvolution', () => {
  it('looks back only, and not over the begin of a sequence', async () => {
    const x = input('x', [1, 4, 1]);
    const weights = constant(tensor('float32', [3, 1], Float32Array.of(100, 10, 1)));
    const bias = constant(tensor('float32', [1], Float32Array.of(0)));
    // Positions 0 and 1 are one sequence, 2 and 3 another; 4 is no position.
    const at = (...places: number[]) => constant(tensor('int32', [4], Int32Array.from(places)));
    const neighbours = { back: [at(4, 0, 4, 2), at(4, 4, 4, 4)], ahead: [at(1, 4, 3, 4), at(4, 4, 4, 4)] };
    const outputs = {
      plain: causalConvolution(x, weights, bias),
      packed: causalConvolution(x, weights, bias, { neighbours }),
    };
    const session = await createSession(compile({ outputs }).bytes, { threads: 1 });
    const { plain, packed } = await session.run({ x: tensor('float32', [1, 4, 1], Float32Array.of(1, 2, 3, 4)) });
    expect([...float32Data(plain, 'plain')]).toEqual([1, 12, 123, 234]);
    expect([...float32Data(packed, 'packed')]).toEqual([1, 12, 3, 34]);
    await session.dispose();
  });
});

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(1e-5);
}
