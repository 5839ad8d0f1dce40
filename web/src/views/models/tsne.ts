/** A point with its name. */
export interface NamedPoint {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

const PERPLEXITY = 12;
const STEPS = 260;
const MOST = 600;

/**
 * Spreads points so that each keeps its neighbours (t-SNE, van der Maaten and Hinton
 * 2008, exact), beginning where they are, so that the same points give the same map.
 * Of more than 600 points the first 600.
 */
export function tsne(all: readonly NamedPoint[]): readonly NamedPoint[] {
  const points = all.slice(0, MOST);
  const n = points.length;
  if (n < 4) return points;
  const p = affinities(points);
  const spread = Math.max(1e-9, ...points.map(({ x, y }) => Math.hypot(x, y)));
  const y = Float64Array.from({ length: 2 * n }, (_, k) => {
    const point = points[k >> 1];
    // Points at the same place would stay there: each begins a hair beside.
    return (((k & 1 ? point?.y : point?.x) ?? 0) / spread) * 1e-2 + (((k * 7919) % 101) - 50) * 1e-6;
  });
  const velocity = new Float64Array(2 * n);
  const q = new Float64Array(n * n);
  for (let step = 0; step < STEPS; step++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const dx = y[2 * i]! - y[2 * j]!;
        const dy = y[2 * i + 1]! - y[2 * j + 1]!;
        const w = 1 / (1 + dx * dx + dy * dy);
        q[i * n + j] = w;
        sum += 2 * w;
      }
    }
    const early = step < 60 ? 4 : 1;
    const gradient = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const w = q[i * n + j]!;
        const force = 4 * (early * p[i * n + j]! - w / sum) * w;
        for (const axis of [0, 1]) {
          const part = force * (y[2 * i + axis]! - y[2 * j + axis]!);
          gradient[2 * i + axis]! += part;
          gradient[2 * j + axis]! -= part;
        }
      }
    }
    const momentum = step < 60 ? 0.5 : 0.8;
    const rate = n / 4;
    for (let k = 0; k < 2 * n; k++) {
      velocity[k] = momentum * velocity[k]! - rate * gradient[k]!;
      y[k]! += velocity[k]!;
    }
  }
  return points.map(({ id }, i) => ({ id, x: y[2 * i]!, y: y[2 * i + 1]! }));
}

// --- internal ---

/** Symmetric affinities: each point's neighbourhood is as wide as the perplexity asks. */
function affinities(points: readonly NamedPoint[]): Float64Array {
  const n = points.length;
  const p = new Float64Array(n * n);
  const target = Math.log(Math.min(PERPLEXITY, (n - 1) / 3));
  for (const [i, a] of points.entries()) {
    const distances = points.map((b) => (a.x - b.x) ** 2 + (a.y - b.y) ** 2);
    let low = 0;
    let high = Number.POSITIVE_INFINITY;
    let precision = 1;
    let row: number[] = [];
    for (let round = 0; round < 40; round++) {
      row = distances.map((distance, j) => (j === i ? 0 : Math.exp(-distance * precision)));
      const sum = Math.max(
        1e-300,
        row.reduce((x, y) => x + y, 0),
      );
      row = row.map((value) => value / sum);
      const entropy = row.reduce((total, value) => (value > 0 ? total - value * Math.log(value) : total), 0);
      if (Math.abs(entropy - target) < 1e-3) break;
      if (entropy > target) low = precision;
      else high = precision;
      precision = high === Number.POSITIVE_INFINITY ? precision * 2 : (low + high) / 2;
    }
    row.forEach((value, j) => {
      p[i * n + j]! += value / (2 * n);
      p[j * n + i]! += value / (2 * n);
    });
  }
  return p;
}
