/** How far the clock of one channel is from that of another. */
export interface ClockOffset {
  /** What to add to the times of the second channel, ms. */
  readonly offset: number;
  /** Correlation of their activity with and without it, -1 to 1. */
  readonly correlation: number;
  readonly without: number;
}

/**
 * Estimates whether two channels that see the same things have different clocks: the shift
 * at which their activity agrees best, where it agrees well and much better than without.
 * Fine steps find a drift of up to a quarter of an hour, coarse ones a wrong time zone.
 *
 * @param first times of the first channel's events, ascending, epoch ms
 * @param second those of the second
 * @returns null where nothing speaks for a shift
 */
export function estimateClockOffset(first: Float64Array, second: Float64Array): ClockOffset | null {
  if (first.length < FEWEST || second.length < FEWEST) return null;
  const found = STEPS.map(({ step, reach }) => bestShift(first, second, step, reach));
  const [best] = found
    .filter(({ correlation, without }) => correlation >= AGREES && correlation >= without + BETTER)
    .sort((a, b) => b.correlation - a.correlation);
  return best ?? null;
}

// --- internal ---

const FEWEST = 50;
/** Correlation from which two channels see the same things. */
const AGREES = 0.4;
/** How much better than without a shift. */
const BETTER = 0.2;
const MINUTE = 60_000;
const STEPS = [
  { step: 5_000, reach: 15 * MINUTE },
  { step: MINUTE, reach: 14 * 60 * MINUTE },
] as const;
/** Bins at most: of longer inputs the busiest stretch is compared. */
const MOST_BINS = 60_000;

function bestShift(first: Float64Array, second: Float64Array, step: number, reach: number): ClockOffset {
  const begin = Math.max(Math.min(first[0]!, second[0]!), first[0]! - reach);
  const end = Math.max(first.at(-1)!, second.at(-1)!);
  const bins = Math.min(MOST_BINS, Math.ceil((end - begin) / step) + 1);
  const from = busiest(first, begin, bins * step, end);
  const a = activity(first, from, step, bins);
  const shifts = Math.floor(reach / step);
  const b = activity(second, from - shifts * step, step, bins + 2 * shifts);
  const own = a.reduce((sum, value) => sum + value * value, 0);
  const squares = new Float64Array(b.length + 1);
  for (let bin = 0; bin < b.length; bin++) squares[bin + 1] = squares[bin]! + b[bin]! * b[bin]!;
  const at = (shift: number): number => {
    let sum = 0;
    for (let bin = 0; bin < bins; bin++) sum += a[bin]! * b[bin + shift]!;
    const both = own * (squares[shift + bins]! - squares[shift]!);
    return both > 0 ? sum / Math.sqrt(both) : 0;
  };
  let best = 0;
  let correlation = Number.NEGATIVE_INFINITY;
  for (let shift = 0; shift <= 2 * shifts; shift++) {
    const value = at(shift);
    if (value > correlation) {
      correlation = value;
      best = shift;
    }
  }
  return { offset: (shifts - best) * step, correlation, without: at(shifts) };
}

/** Begin of the stretch of `length` ms with the most events. */
function busiest(times: Float64Array, begin: number, length: number, end: number): number {
  let best = begin;
  let most = 0;
  let last = 0;
  for (let i = 0; i < times.length && end - begin > length; i++) {
    while (last < times.length && times[last]! <= times[i]! + length) last++;
    if (last - i > most) {
      most = last - i;
      best = times[i]!;
    }
  }
  return best;
}

/** Roots of the counts per bin, less their mean: one flood must not decide alone. */
function activity(times: Float64Array, from: number, step: number, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  for (const time of times) {
    const bin = Math.floor((time - from) / step);
    if (bin >= 0 && bin < bins) counts[bin]!++;
  }
  const roots = counts.map(Math.sqrt);
  const mean = roots.reduce((sum, value) => sum + value, 0) / bins;
  return roots.map((value) => value - mean);
}
