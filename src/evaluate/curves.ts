/** Points of a curve, from left to right; at most some 200 of them, enough for any screen. */
export type Curve = readonly (readonly [x: number, y: number])[];

/** Shares of the normal and of the anomalous scores in bins of equal width. */
export interface Histogram {
  /** Where the first bin begins and the last ends; what lies beyond is in the last. */
  readonly from: number;
  readonly to: number;
  readonly normal: readonly number[];
  readonly anomalous: readonly number[];
}

/** The curves of one detector: all that a page draws of it. */
export interface Curves {
  /** False positive rate and true positive rate. */
  readonly roc: Curve;
  /** Recall and precision. */
  readonly precisionRecall: Curve;
  readonly histogram: Histogram;
}

/** The curves of scores against ground truth (1 = anomalous). */
export function curvesOf(scores: ArrayLike<number>, labels: ArrayLike<number>): Curves {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const positives = Array.from(labels).filter((label) => label === 1).length;
  const negatives = scores.length - positives;
  const roc: [number, number][] = [[0, 0]];
  const precisionRecall: [number, number][] = [];
  let found = 0;
  order.forEach((i, at) => {
    if (labels[i]) found++;
    // Tied scores are one step: no threshold lies between them.
    if (at + 1 < order.length && scores[order[at + 1]!] === scores[i]) return;
    roc.push([(at + 1 - found) / Math.max(1, negatives), found / Math.max(1, positives)]);
    precisionRecall.push([found / Math.max(1, positives), found / (at + 1)]);
  });
  return { roc: thinned(roc), precisionRecall: thinned(precisionRecall), histogram: histogramOf(scores, labels) };
}

// --- internal ---

const POINTS = 200;
const BINS = 40;
/** Share of the scores that the bins are laid out for: one huge score would leave all others in one bin. */
const LAID_OUT = 0.99;

/** Points at which the curve has moved by a visible step, and its ends. */
function thinned(points: readonly [number, number][]): [number, number][] {
  const kept: [number, number][] = [];
  let last: readonly [number, number] = [Number.NaN, Number.NaN];
  points.forEach((point, i) => {
    const moved = Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]);
    if (i > 0 && i < points.length - 1 && moved < 2 / POINTS) return;
    kept.push([rounded(point[0]), rounded(point[1])]);
    last = point;
  });
  return kept;
}

function histogramOf(scores: ArrayLike<number>, labels: ArrayLike<number>): Histogram {
  const sorted = Float64Array.from(scores).sort();
  const from = sorted[0] ?? 0;
  const limit = sorted[Math.floor((sorted.length - 1) * LAID_OUT)] ?? 0;
  const to = limit > from ? limit : (sorted.at(-1) ?? 0);
  const normal = new Array<number>(BINS).fill(0);
  const anomalous = new Array<number>(BINS).fill(0);
  for (let i = 0; i < scores.length; i++) {
    const bin = to > from ? Math.min(BINS - 1, Math.floor(((scores[i]! - from) / (to - from)) * BINS)) : 0;
    const bins = labels[i] ? anomalous : normal;
    bins[bin] = bins[bin]! + 1;
  }
  return { from: rounded(from), to: rounded(to), normal: shares(normal), anomalous: shares(anomalous) };
}

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => rounded(total === 0 ? 0 : count / total));
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
