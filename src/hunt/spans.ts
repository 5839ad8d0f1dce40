import { countBelow } from '../util/statistics.ts';

/** A span of time, ends included; epoch ms. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Spans in the order of time, those that touch made one. */
export function united(spans: readonly Span[]): Span[] {
  const whole: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = whole.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else whole.push({ start, end });
  }
  return whole;
}

/** What of `spans` (united) lies within a period. */
export function within(spans: readonly Span[], [first, last]: readonly [number, number]): Span[] {
  return spans
    .map(({ start, end }) => ({ start: Math.max(start, first), end: Math.min(end, last) }))
    .filter(({ start, end }) => end >= start);
}

/** Length of all spans together, ms. */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** How many of ascending `sorted` times lie in the spans (united). */
export function countInside(sorted: Float64Array, spans: readonly Span[]): number {
  return spans.reduce(
    (sum, { start, end }) => sum + countBelow(sorted, end, true) - countBelow(sorted, start, false),
    0,
  );
}
