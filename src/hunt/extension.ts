import type { Burst } from './bursts.ts';
import type { EventFacts } from './facts.ts';

/**
 * What set a boundary: the extension by `beta`, a session that reaches further, the reach
 * and hold of `alpha`, or the edge of the judged period.
 */
export type BoundaryRule = 'extension' | 'session' | 'alpha' | 'edge';

/** How far windows reach beyond their cores. Times are ms. */
export interface ExtensionRules {
  /** Share of its own length by which a core is extended on each side. */
  readonly beta: number;
  /** Shortest and longest extension on each side. */
  readonly extension: readonly [shortest: number, longest: number];
  /** The judged period: no window reaches beyond it. */
  readonly period: readonly [start: number, end: number];
}

/** A span of time with what set its ends; epoch ms. */
export interface Extended {
  readonly start: number;
  readonly end: number;
  readonly core: readonly [start: number, end: number];
  readonly boundary: { readonly start: BoundaryRule; readonly end: BoundaryRule };
}

/** Extends bursts on both sides by beta times their length, within bounds, and snaps outward to the sessions of their flags. */
export function extend(bursts: readonly Burst[], facts: EventFacts, rules: ExtensionRules): Extended {
  const start = Math.min(...bursts.map((burst) => burst.start));
  const end = Math.max(...bursts.map((burst) => burst.end));
  const [shortest, longest] = rules.extension;
  const extension = Math.min(longest, Math.max(shortest, rules.beta * (end - start)));
  let first = start - extension;
  let last = end + extension;
  const boundary: { start: BoundaryRule; end: BoundaryRule } = { start: 'extension', end: 'extension' };
  for (const { flags } of facts.session ? bursts : []) {
    for (const { row } of flags) {
      const [sessionStart, sessionEnd] = facts.session?.(row) ?? NO_SESSION;
      if (sessionStart < first && sessionStart >= start - longest) {
        first = sessionStart;
        boundary.start = 'session';
      }
      if (sessionEnd > last && sessionEnd <= end + longest) {
        last = sessionEnd;
        boundary.end = 'session';
      }
    }
  }
  const [earliest, latest] = rules.period;
  if (first < earliest) {
    first = Math.min(start, earliest);
    boundary.start = 'edge';
  }
  if (last > latest) {
    last = Math.max(end, latest);
    boundary.end = 'edge';
  }
  return { start: first, end: last, core: [start, end], boundary };
}

// --- internal ---

const NO_SESSION = [Number.NaN, Number.NaN] as const;
