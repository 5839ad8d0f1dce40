/**
 * Edit distance of key sequences, with insertions, deletions and exchanges of cost 1. A
 * negative key equals nothing. Where `whole` is false, `a` is compared with the begin of
 * `b` that fits best.
 *
 * Only cells within `limit` of the diagonal are filled, for no cheaper way leads further
 * out (Ukkonen, "Algorithms for approximate string matching", 1985).
 *
 * @returns the distance, or `limit + 1` where it is larger than `limit`
 */
export function boundedDistance(a: Int32Array, b: Int32Array, whole: boolean, limit: number): number {
  const beyond = limit + 1;
  if (whole && Math.abs(a.length - b.length) > limit) return beyond;
  let previous = new Int32Array(b.length + 2).fill(beyond);
  let current = new Int32Array(b.length + 2).fill(beyond);
  for (let j = 0; j <= Math.min(b.length, limit); j++) previous[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    const key = a[i - 1]!;
    current[from - 1] = from === 1 ? Math.min(i, beyond) : beyond;
    let least = current[from - 1]!;
    for (let j = from; j <= to; j++) {
      const exchanged = previous[j - 1]! + (key >= 0 && key === b[j - 1] ? 0 : 1);
      const cost = Math.min(exchanged, previous[j]! + 1, current[j - 1]! + 1);
      current[j] = Math.min(cost, beyond);
      least = Math.min(least, current[j]!);
    }
    current[to + 1] = beyond;
    if (least > limit) return beyond;
    [previous, current] = [current, previous];
  }
  if (whole) return previous[b.length]!;
  let best = beyond;
  for (let j = Math.max(0, a.length - limit); j <= Math.min(b.length, a.length + limit); j++) {
    best = Math.min(best, previous[j]!);
  }
  return best;
}

/**
 * Places in `a` that a cheapest alignment with `b` puts in or exchanges, and the place
 * before which something of `b` is missing (`a.length` for the end), in ascending order.
 */
export function align(a: Int32Array, b: Int32Array, whole: boolean): number[] {
  const width = b.length + 1;
  const cost = new Uint16Array((a.length + 1) * width);
  for (let j = 0; j < width; j++) cost[j] = j;
  for (let i = 1; i <= a.length; i++) {
    cost[i * width] = i;
    for (let j = 1; j < width; j++) {
      cost[i * width + j] = Math.min(
        cost[(i - 1) * width + j - 1]! + exchange(a, b, i, j),
        cost[(i - 1) * width + j]! + 1,
        cost[i * width + j - 1]! + 1,
      );
    }
  }
  let i = a.length;
  let j = b.length;
  if (!whole) for (let end = b.length; end >= 0; end--) if (cost[i * width + end]! < cost[i * width + j]!) j = end;
  const places = new Set<number>();
  while (i > 0 || j > 0) {
    const here = cost[i * width + j]!;
    if (i > 0 && j > 0 && here === cost[(i - 1) * width + j - 1]! + exchange(a, b, i, j)) {
      if (exchange(a, b, i, j) === 1) places.add(i - 1);
      i--;
      j--;
    } else if (i > 0 && here === cost[(i - 1) * width + j]! + 1) {
      places.add(--i);
    } else {
      places.add(i);
      j--;
    }
  }
  return [...places].sort((x, y) => x - y);
}

// --- internal ---

function exchange(a: Int32Array, b: Int32Array, i: number, j: number): 0 | 1 {
  return a[i - 1]! >= 0 && a[i - 1] === b[j - 1] ? 0 : 1;
}
