import { expect } from 'vitest';
import { createRng } from '../../util/rng.ts';
import { compile, constant, createSession, gradients, input, mul, reduceSum, tensor, type Value } from '../index.ts';

/** A function to differentiate: the shapes of its arguments, their range, and what it computes. */
export interface GradientCase {
  readonly shapes: readonly (readonly number[])[];
  readonly of: (...values: Value[]) => Value;
  /** Lowest and highest argument; -2 to 2 unless told. */
  readonly range?: readonly [number, number];
}

/**
 * Compares in float64: central differences are off by about STEP^2 times the third
 * derivative plus rounding of 1e-16 / STEP, so 1e-6 leaves room for both. A cast
 * through float32 rounds at 1e-7 / STEP.
 */
export async function expectGradients(gradientCase: GradientCase): Promise<void> {
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

export function argumentsOf({ shapes }: GradientCase): Value[] {
  return shapes.map((shape, index) => input(`x${index}`, shape, 'float64'));
}

// --- internal ---

const STEP = 1e-4;
