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
  /** The different facts among its flags. */
  readonly facts: ReadonlySet<number>;
  /** -log10 of how often normal activity comes to as much, the channels' common measure: what confirms. */
  readonly evidence: number;
  /** The evidence with what its different facts add: what ranks. */
  readonly weight: number;
}

/** Evidence of a burst from its largest surprise and the number of its different facts. */
export type Calibrate = (largest: number, facts: number) => number;

/** Surprises of independent facts: each tenfold of them is a decade. */
export const asTheyAre: Calibrate = (largest, facts) => largest + Math.log10(facts);

/** Where facts come together as a rule, the largest surprise alone decides. */
export const largestAlone: Calibrate = (largest) => largest;

const SHORTEST_GAP = 60_000;
const LONGEST_GAP = 2 * 60_000;

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
 * @param calibrate how surprises come to the evidence of a burst
 */
export function findBursts(
  channel: string,
  flags: readonly Flag[],
  gap: number,
  calibrate: Calibrate = asTheyAre,
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
    const facts = factsOf(own);
    const strength = strengthOf(largestOf(own), facts.size, calibrate);
    bursts.push({ channel, host: first.host, start: first.time, end: previous.time, flags: own, facts, ...strength });
    from = i;
  }
  return bursts.sort((a, b) => a.start - b.start);
}

/**
 * Evidence and weight of a burst. A thousand repetitions of one fact are one fact: how
 * often it repeats is the quantity channel's to say.
 */
export function strengthOf(
  largest: number,
  facts: number,
  calibrate: Calibrate,
): { readonly evidence: number; readonly weight: number } {
  const evidence = calibrate(largest, facts);
  return { evidence, weight: Math.max(evidence, calibrate(largest, 1) + Math.log10(facts)) };
}

/** Weight of several bursts of one channel: that of the heaviest, and log10 of how many more facts the others add. */
export function jointWeight(bursts: readonly Burst[]): number {
  const heaviest = bursts.reduce<Burst | undefined>(
    (best, burst) => (best && best.weight >= burst.weight ? best : burst),
    undefined,
  );
  if (!heaviest || bursts.length === 1) return heaviest?.weight ?? 0;
  const all = new Set<number>();
  for (const { facts } of bursts) for (const fact of facts) all.add(fact);
  return heaviest.weight + Math.log10(all.size / heaviest.facts.size);
}

// --- internal ---

function largestOf(flags: readonly Flag[]): number {
  let largest = 0;
  for (const { surprise } of flags) largest = Math.max(largest, surprise);
  return largest;
}

function factsOf(flags: readonly Flag[]): Set<number> {
  const facts = new Set<number>();
  for (const { fact } of flags) facts.add(fact);
  return facts;
}
