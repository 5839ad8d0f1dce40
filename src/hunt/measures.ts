import { countInside, lengthOf, type Span, united, within } from './spans.ts';

/** What is known of the events of a judged period; times ascending, epoch ms. */
export interface JudgedEvents {
  readonly time: Float64Array;
  /** Times of the events that are no part of an attack, where labels say so. */
  readonly benign?: Float64Array;
  /** Times of those that are. */
  readonly attack?: Float64Array;
  readonly period: readonly [start: number, end: number];
}

/** A phase of an attack, with its name. */
export interface Phase extends Span {
  readonly name: string;
}

/** What a set of windows keeps; shares are from 0 to 1. */
export interface Retention {
  readonly windows: number;
  readonly keptEvents: number;
  /** Share of all events that lie in windows. */
  readonly retention: number;
  /** Share of the judged time. */
  readonly timeRetention: number;
}

/** What a set of windows finds, where the truth is known; shares are from 0 to 1, NaN of nothing. */
export interface Coverage {
  /** Share of the phases that a window overlaps. */
  readonly phaseCoverage: number;
  /** The same of the phases with at least one attack event; NaN without labels. */
  readonly visiblePhaseCoverage: number;
  readonly phases: readonly { readonly name: string; readonly visible: boolean | null; readonly covered: boolean }[];
  /** Share of the attack events that lie in windows. */
  readonly eventCoverage: number;
  /** Share of the attack's time inside windows. */
  readonly timeCoverage: number;
  /** Share of the other events that lie in windows. */
  readonly benignRetention: number;
}

/** What windows cost to read. */
export function measureRetention(windows: readonly Span[], { time, period }: JudgedEvents): Retention {
  const spans = within(united(windows), period);
  const keptEvents = countInside(time, spans);
  return {
    windows: windows.length,
    keptEvents,
    retention: time.length === 0 ? 0 : keptEvents / time.length,
    timeRetention: lengthOf(spans) / Math.max(1, period[1] - period[0]),
  };
}

/**
 * What windows find of an attack. A phase is covered when a window overlaps it, and visible
 * when at least one attack event lies within it: no window can be expected to find the rest.
 */
export function measureCoverage(
  windows: readonly Span[],
  { attack, benign, period }: JudgedEvents,
  phases: readonly Phase[],
): Coverage {
  const spans = within(united(windows), period);
  const share = (times: Float64Array | undefined): number =>
    times && times.length > 0 ? countInside(times, spans) / times.length : Number.NaN;
  const judged = phases.map(({ name, start, end }) => ({
    name,
    visible: attack ? countInside(attack, [{ start, end }]) > 0 : null,
    covered: spans.some((span) => span.start <= end && span.end >= start),
  }));
  const covered = (of: typeof judged): number =>
    of.length === 0 ? Number.NaN : of.filter((phase) => phase.covered).length / of.length;
  const attackTime = united(phases);
  return {
    phaseCoverage: covered(judged),
    visiblePhaseCoverage: attack ? covered(judged.filter(({ visible }) => visible)) : Number.NaN,
    phases: judged,
    eventCoverage: share(attack),
    timeCoverage:
      attackTime.length === 0
        ? Number.NaN
        : attackTime.reduce((sum, { start, end }) => sum + lengthOf(within(spans, [start, end])), 0) /
          Math.max(1, lengthOf(attackTime)),
    benignRetention: share(benign),
  };
}
