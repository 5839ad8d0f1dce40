import type { Burst } from './bursts.ts';
import { type DelineationOptions, delineate, HUNT_DELINEATION } from './delineate.ts';
import type { EventFacts } from './facts.ts';
import {
  type Coverage,
  type JudgedEvents,
  measureCoverage,
  measureRetention,
  type Phase,
  type Retention,
} from './measures.ts';
import type { Span } from './spans.ts';

/** What one setting of an extension finds and costs. */
export interface SweepPoint extends Retention, Coverage {
  readonly value: number;
}

/** The curve of coverage against retention over one extension. */
export interface Sweep {
  readonly parameter: 'alpha' | 'beta';
  readonly points: readonly SweepPoint[];
  /** Smallest value at which every visible phase (every phase, without labels) is covered; null where none does. */
  readonly smallestFull: number | null;
  /** Area under coverage against retention, from 0 to 1: 1 covers everything at once and keeps nothing else. */
  readonly area: number;
}

/** Values of `beta` that are tried unless told: from none to several times the length of a core. */
export const BETAS = [0, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] as const;

/** Values of `alpha`, in typical gaps. */
export const ALPHAS = [0, 1, 2, 3, 5, 10, 20, 50, 100] as const;

/** Measures windows of many settings. */
export function sweep(
  parameter: Sweep['parameter'],
  values: readonly number[],
  windowsAt: (value: number) => readonly Span[],
  events: JudgedEvents,
  phases: readonly Phase[],
): Sweep {
  const points = values.map((value): SweepPoint => {
    const windows = windowsAt(value);
    return { value, ...measureRetention(windows, events), ...measureCoverage(windows, events, phases) };
  });
  return {
    parameter,
    points,
    smallestFull: points.find((point) => coverageOf(point) === 1)?.value ?? null,
    area: areaUnder(points.map((point) => [keptOf(point), coverageOf(point)] as const)),
  };
}

/** Windows of a setting of beta, without the bounds that keep a long extension and an analyst's time small. */
export function windowsAtBeta(
  bursts: readonly Burst[],
  facts: EventFacts,
  span: number,
  options: DelineationOptions,
): (beta: number) => readonly Span[] {
  const [shortest] = options.extension ?? HUNT_DELINEATION.extension;
  const free = { extension: [shortest, Number.POSITIVE_INFINITY], budget: { time: 1, events: 1 } } as const;
  return (beta) => delineate(bursts, facts, span, { ...options, ...free, beta }).windows;
}

/** Coverage of visible phases, of all phases without labels. */
export function coverageOf({ visiblePhaseCoverage, phaseCoverage }: Coverage): number {
  const coverage = Number.isNaN(visiblePhaseCoverage) ? phaseCoverage : visiblePhaseCoverage;
  return Number.isNaN(coverage) ? 0 : coverage;
}

/** Share of the benign events that are kept, of all events without labels. */
export function keptOf({ benignRetention, retention }: Coverage & Retention): number {
  return Number.isNaN(benignRetention) ? retention : benignRetention;
}

// --- internal ---

/** Area under the upper hull of the points, from retention 0 (nothing covered) to 1 (everything). */
function areaUnder(points: readonly (readonly [kept: number, coverage: number])[]): number {
  const sorted = [[0, 0] as const, ...points, [1, 1] as const].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let area = 0;
  let best = 0;
  let at = 0;
  for (const [kept, coverage] of sorted) {
    // Coverage that was reached with less stays reached.
    area += (kept - at) * best;
    at = kept;
    best = Math.max(best, coverage);
  }
  return area;
}
