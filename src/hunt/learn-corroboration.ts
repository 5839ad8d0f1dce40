import { calibrateBursts } from './burst-calibration.ts';
import type { Burst } from './bursts.ts';
import { findCores, scoreAcross } from './cores.ts';
import { type Corroboration, INDEPENDENT } from './corroboration.ts';

/**
 * Learns from bursts of normal time how often they meet, and what they come to when they do.
 *
 * @param bursts of all channels, in any order
 * @param span length of that time, ms
 * @param tolerance ms between bursts that still meet
 * @param least evidence that two bursts come to at least
 */
export function learnCorroboration(
  bursts: readonly Burst[],
  span: number,
  tolerance: number,
  least: number,
): Corroboration {
  const worth = learnWorth(bursts, tolerance);
  const cores = findCores(bursts, { tolerance, solo: Number.POSITIVE_INFINITY, corroboration: worth });
  const together = cores.filter(({ channels }) => channels.length > 1).map(({ score }) => score);
  const across = cores.map((_, i) => scoreAcross(cores, i, tolerance, worth)).filter((score) => score > 0);
  return {
    ...worth,
    together: calibrateBursts(together, span, least).surprise,
    across: calibrateBursts(across, span, least).surprise,
  };
}

// --- internal ---

const ELSEWHERE = '';

function learnWorth(bursts: readonly Burst[], tolerance: number): Corroboration {
  const sorted = [...bursts].sort((a, b) => a.start - b.start);
  const totals = new Map<string, number>();
  const met = new Map<string, number>();
  const add = (map: Map<string, number>, key: string): void => {
    map.set(key, (map.get(key) ?? 0) + 1);
  };
  sorted.forEach((burst, i) => {
    const partners = new Set<string>();
    for (const other of meeting(sorted, i, tolerance)) {
      if (other.host !== burst.host) partners.add(ELSEWHERE);
      else if (other.channel !== burst.channel) partners.add(pair(burst.channel, other.channel));
    }
    add(totals, burst.channel);
    for (const partner of partners) add(met, partner);
  });
  const worth = (times: number, of: number): number => -Math.log10((times + 1) / (of + 1));
  return {
    ...INDEPENDENT,
    channels: (first, other) => worth(met.get(pair(first, other)) ?? 0, totals.get(first) ?? 0),
    entities: worth(met.get(ELSEWHERE) ?? 0, sorted.length),
  };
}

const pair = (first: string, other: string): string => `${first}\0${other}`;

/** Bursts within the tolerance of burst `at`; `sorted` is in the order of their starts. */
function* meeting(sorted: readonly Burst[], at: number, tolerance: number): Generator<Burst> {
  const burst = sorted[at];
  if (!burst) return;
  for (let i = at + 1; i < sorted.length; i++) {
    const other = sorted[i];
    if (!other || other.start - burst.end > tolerance) break;
    yield other;
  }
  for (let i = at - 1; i >= 0; i--) {
    const other = sorted[i];
    if (!other || burst.start - other.start > tolerance + LONGEST_BURST) break;
    if (burst.start - other.end <= tolerance) yield other;
  }
}

/** How far back a burst may have begun that still meets a later one, ms. */
const LONGEST_BURST = 6 * 3_600_000;
