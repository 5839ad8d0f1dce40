/** How far two detectors say the same of the same sequences. `NaN` where one of them says the same of all. */
export interface Agreement {
  /** Correlation of ranks, ties sharing their mean rank. */
  readonly spearman: number;
  /** Correlation of the scores themselves. */
  readonly pearson: number;
  /** Rank agreement: pairs in the same order less pairs in opposite order, ties taken into account (tau-b). */
  readonly kendall: number;
  /** Sequences in both top k as a share of those in either; what ties with the k-th belongs to the top. */
  readonly jaccard: number;
}

/**
 * Compares the scores that two detectors gave to the same sequences.
 *
 * @param k how many of the highest scores are the top
 */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>, k: number): Agreement {
  return { spearman: spearman(a, b), pearson: pearson(a, b), kendall: kendall(a, b), jaccard: jaccard(a, b, k) };
}

// --- internal ---

function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    product += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return product / Math.sqrt(squaresA * squaresB);
}

function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return pearson(ranks(a), ranks(b));
}

/**
 * Source: Knight, "A Computer Method for Calculating Kendall's Tau with Ungrouped Data",
 * JASA 1966: sorted by a, the pairs that b puts the other way are the swaps of a merge sort.
 */
function kendall(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const order = Int32Array.from({ length: a.length }, (_, i) => i).sort((i, j) => a[i]! - a[j]! || b[i]! - b[j]!);
  const sortedB = Float64Array.from(order, (i) => b[i]!);
  const pairs = (a.length * (a.length - 1)) / 2;
  const sameA = tiedPairs(order, (i, j) => a[i] === a[j]);
  const sameBoth = tiedPairs(order, (i, j) => a[i] === a[j] && b[i] === b[j]);
  const swaps = sortCountingSwaps(sortedB);
  const places = Int32Array.from({ length: a.length }, (_, i) => i);
  const sameB = tiedPairs(places, (i, j) => sortedB[i] === sortedB[j]);
  return (pairs - sameA - sameB + sameBoth - 2 * swaps) / Math.sqrt((pairs - sameA) * (pairs - sameB));
}

function jaccard(a: ArrayLike<number>, b: ArrayLike<number>, k: number): number {
  const [leastA, leastB] = [kthLargest(a, k), kthLargest(b, k)];
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    const [inA, inB] = [a[i]! >= leastA, b[i]! >= leastB];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return both / either;
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let at = from; at < to; at++) ranked[order[at]!] = (from + to - 1) / 2;
    from = to;
  }
  return ranked;
}

/** Pairs within runs of neighbours that are equal. */
function tiedPairs(order: Int32Array, equal: (i: number, j: number) => boolean): number {
  let pairs = 0;
  let run = 0;
  for (let at = 1; at < order.length; at++) {
    run = equal(order[at - 1]!, order[at]!) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

/** Sorts in place and gives the number of pairs that stood the wrong way round. */
function sortCountingSwaps(values: Float64Array): number {
  if (values.length < 2) return 0;
  const middle = values.length >> 1;
  const left = values.slice(0, middle);
  const right = values.slice(middle);
  let swaps = sortCountingSwaps(left) + sortCountingSwaps(right);
  for (let at = 0, i = 0, j = 0; at < values.length; at++) {
    if (j >= right.length || (i < left.length && left[i]! <= right[j]!)) values[at] = left[i++]!;
    else {
      swaps += left.length - i;
      values[at] = right[j++]!;
    }
  }
  return swaps;
}

function kthLargest(values: ArrayLike<number>, k: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, sorted.length - k)] ?? Number.NEGATIVE_INFINITY;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
