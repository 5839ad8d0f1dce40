/** Bounds of the reach of windows, ms. */
const BOUNDS = [10_000, 600_000] as const;

/** How far a window reaches back and is held open: alpha typical gaps of normal activity, ms. */
export function reachOf(alpha: number, gap: number): number {
  return Math.min(BOUNDS[1], Math.max(BOUNDS[0], alpha * gap));
}
