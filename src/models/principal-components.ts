import type { Rng } from '../util/rng.ts';

/** The mean of vectors and the directions in which they vary most, of unit length, the strongest first. */
export interface Components {
  readonly mean: readonly number[];
  readonly directions: readonly (readonly number[])[];
}

/** How many components to find. */
export interface ComponentsOptions {
  /** Share of the total variance that they must hold. */
  readonly share: number;
  readonly most: number;
  readonly rng: Rng;
}

const ITERATIONS = 300;
const CONVERGED = 1e-12;

/**
 * Principal components by power iteration with deflation: no matrix of keys by keys is
 * made, so that thousands of keys cost no more than their vectors. Directions of equal
 * variance are any basis of their plane.
 *
 * Source: Golub & Van Loan, "Matrix Computations", 4th ed., section 8.2.
 */
export function principalComponents(
  vectors: readonly Float64Array[],
  { share, most, rng }: ComponentsOptions,
): Components {
  const size = vectors[0]?.length ?? 0;
  const mean = new Float64Array(size);
  for (const vector of vectors) add(mean, vector, 1 / vectors.length);
  const rows = centredRows(vectors, mean);
  const total = rows.reduce((sum, { values, times }) => sum + times * dot(values, values), 0);
  const directions: Float64Array[] = [];
  let held = 0;
  // What rounding leaves of no variance is no direction.
  while (directions.length < Math.min(most, size) && held < share * total && total - held > 1e-9 * total) {
    const { direction, variance } = strongest(rows, directions, rng);
    if (variance <= 1e-12 * total) break;
    directions.push(direction);
    held += variance;
  }
  return { mean: [...mean], directions: directions.map((direction) => [...direction]) };
}

// --- internal ---

interface Row {
  readonly values: Float64Array;
  /** How many vectors are equal to it. */
  readonly times: number;
}

function centredRows(vectors: readonly Float64Array[], mean: Float64Array): Row[] {
  const unique = new Map<string, { values: Float64Array; times: number }>();
  for (const vector of vectors) {
    const text = vector.join(' ');
    const row = unique.get(text) ?? { values: vector.map((value, i) => value - mean[i]!), times: 0 };
    row.times++;
    unique.set(text, row);
  }
  return [...unique.values()];
}

/** The direction of most variance at right angles to those found. */
function strongest(rows: readonly Row[], found: readonly Float64Array[], rng: Rng) {
  const size = rows[0]?.values.length ?? 0;
  let direction = Float64Array.from({ length: size }, () => rng.normal());
  let variance = 0;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    normalise(direction, found);
    const next = new Float64Array(size);
    for (const { values, times } of rows) add(next, values, times * dot(values, direction));
    const length = Math.sqrt(dot(next, next));
    const change = Math.abs(length - variance);
    variance = length;
    if (length === 0) return { direction, variance: 0 };
    direction = next;
    if (change <= CONVERGED * length) break;
  }
  normalise(direction, found);
  return { direction, variance };
}

function normalise(vector: Float64Array, found: readonly Float64Array[]): void {
  // Twice is enough (Kahan): once leaves rounding errors along the strongest directions.
  for (let pass = 0; pass < 2; pass++) for (const other of found) add(vector, other, -dot(vector, other));
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= length;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(to: Float64Array, vector: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * vector[i]!;
}
