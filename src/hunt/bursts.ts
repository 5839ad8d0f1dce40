/** One event that a channel flagged. */
export interface Flag {
  /** Row in the event table. */
  readonly row: number;
  /** Epoch ms. */
  readonly time: number;
  /** -log10 of the tail probability of its score: comparable between channels. */
  readonly surprise: number;
  /** What it says, by number: flags that say the same count once in a burst's evidence. */
  readonly fact: number;
  /** The same in words for an analyst. */
  readonly text: string;
  /** Host it happened on, by number: what happens on different hosts makes no burst together. */
  readonly host: number;
}

/** Consecutive flags of one channel on one host, closer to each other than its gap. Times are epoch ms. */
export interface Burst {
  readonly channel: string;
  readonly host: number;
  readonly start: number;
  readonly end: number;
  readonly flags: readonly Flag[];
  /** -log10 of how often normal activity comes to as much: the channels' common measure. */
  readonly evidence: number;
}

/** Puts the evidence of a burst on the common measure: how rarely normal activity comes to as much. */
export type Calibrate = (evidence: number) => number;

const SHORTEST_GAP = 60_000;
const LONGEST_GAP = 5 * 60_000;

/**
 * The silence that ends a burst: so short that two flags of an ordinary day rarely
 * fall within it (one in five), given how many there were in how long. None in the
 * whole span means a rate of at most 3 per span (the rule of three).
 *
 * @param flags number of flags in an ordinary span
 * @param span length of that span in ms
 */
export function burstGap(flags: number, span: number): number {
  const rate = Math.max(flags, 3) / Math.max(span, 1);
  return Math.min(LONGEST_GAP, Math.max(SHORTEST_GAP, -Math.log(0.8) / rate));
}

/**
 * Cuts flags (in any order) into bursts, in the order of time; flags without time make none.
 *
 * @param gap ms of silence that end a burst
 * @param calibrate where the surprise of single flags is not yet how rare such a burst is
 */
export function findBursts(
  channel: string,
  flags: readonly Flag[],
  gap: number,
  calibrate: Calibrate = asItIs,
): Burst[] {
  const sorted = flags
    .filter((flag) => !Number.isNaN(flag.time))
    .sort((a, b) => a.host - b.host || a.time - b.time || a.row - b.row);
  const bursts: Burst[] = [];
  let from = 0;
  for (let i = 1; i <= sorted.length; i++) {
    const flag = sorted[i];
    const previous = sorted[i - 1];
    const first = sorted[from];
    if (!previous || !first) continue;
    if (flag && flag.host === previous.host && flag.time - previous.time <= gap) continue;
    const own = sorted.slice(from, i);
    bursts.push({
      channel,
      host: first.host,
      start: first.time,
      end: previous.time,
      flags: own,
      evidence: calibrate(evidenceOf(own)),
    });
    from = i;
  }
  return bursts.sort((a, b) => a.start - b.start);
}

/**
 * Evidence of flags of one channel: the largest surprise, and log10 of the number of
 * different facts among them. A thousand repetitions of one fact are one fact: how
 * often it repeats is the quantity channel's to say.
 */
export function evidenceOf(flags: readonly Flag[]): number {
  if (flags.length === 0) return 0;
  let largest = 0;
  for (const { surprise } of flags) largest = Math.max(largest, surprise);
  return largest + Math.log10(factsOf(flags).size);
}

/** Evidence of several bursts of one channel: that of the strongest, and log10 of how many more facts the others add. */
export function jointEvidence(bursts: readonly Burst[]): number {
  const strongest = bursts.reduce<Burst | undefined>(
    (best, burst) => (best && best.evidence >= burst.evidence ? best : burst),
    undefined,
  );
  if (!strongest) return 0;
  if (bursts.length === 1) return strongest.evidence;
  const all = new Set(bursts.flatMap(({ flags }) => [...factsOf(flags)]));
  return strongest.evidence + Math.log10(all.size / factsOf(strongest.flags).size);
}

// --- internal ---

const asItIs: Calibrate = (evidence) => evidence;

function factsOf(flags: readonly Flag[]): Set<number> {
  const facts = new Set<number>();
  for (const { fact } of flags) facts.add(fact);
  return facts;
}
