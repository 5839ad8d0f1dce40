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
}

/** What delineation asks of the events behind the flags. */
export interface EventFacts {
  /** Entities of a row that can link incidents, by number. */
  entities(row: number): readonly number[];
  /** First and last event of the row's session, epoch ms. */
  session(row: number): readonly [start: number, end: number];
  /** Share of all events that lie in a span of time, ends included; epoch ms. */
  share(start: number, end: number): number;
}

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

/** Cuts flags (in any order) into bursts, in the order of time. */
export function findBursts(channel: string, flags: readonly Flag[], gap: number): Burst[] {
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
    bursts.push({ channel, host: first.host, start: first.time, end: previous.time, flags: sorted.slice(from, i) });
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
  const facts = new Set(flags.map(({ fact }) => fact));
  return Math.max(...flags.map(({ surprise }) => surprise)) + Math.log10(facts.size);
}
