import { fitTail, type Tail } from '../score/tail.ts';
import type { SubjectKind } from './quantity.ts';

/**
 * The quantity channel over a stream: what `quantity.ts` does for a table of events, for
 * subjects that are named by strings and counts that grow as events come. Plain data in
 * between, so that it can be kept anywhere.
 */
export interface QuantityBaseline {
  /** Length of a bucket, ms. */
  readonly bucket: number;
  /** Counts of active buckets of each subject by its name, and of all subjects of a kind. */
  readonly own: Readonly<Record<string, readonly number[]>>;
  readonly pooled: Readonly<Record<SubjectKind, readonly number[]>>;
}

/** A count so far, and what is usual. */
export interface RunningCount {
  readonly kind: SubjectKind;
  readonly subject: string;
  readonly host: string;
  readonly count: number;
  /** Median and largest count of the subject's active buckets in training; 0 if it was never seen. */
  readonly usual: number;
  readonly most: number;
  /** -log10 of the tail probability. */
  readonly surprise: number;
  /** Events since the count was judged last, where this one made it be judged anew; else 0. */
  readonly judged: number;
}

/** Learns a baseline from events in any order. */
export interface QuantityLearner {
  add(kind: SubjectKind, host: string, subject: string, time: number, repeat: number): void;
  baseline(): QuantityBaseline;
}

/** A count that is open: JSON. */
type OpenCount = readonly [name: string, bucket: number, count: number, next: number, surprise: number, told: number];

/** Judges events in about the order of time. */
export interface QuantityStream {
  readonly bucket: number;
  /** The count of a subject after this event. */
  add(kind: SubjectKind, host: string, subject: string, time: number, repeat: number): RunningCount;
  /** Open counts, for `from`. */
  snapshot(): readonly OpenCount[];
}

/** Subjects with a history of their own at most; the others are judged as their kind. */
const MOST_SUBJECTS = 50_000;
/** Counts kept of a subject, and of a kind. */
const MOST_COUNTS = 128;
const MOST_POOLED = 4096;
/** Counts that are open at once. */
const MOST_OPEN = 100_000;
const PRIOR_WEIGHT = 8;
/** A count is judged anew each time it has grown by this much. */
const GROWTH = 1.25;

/** A learner of counts in buckets of so many ms. */
export function createQuantityLearner(bucket = 300_000): QuantityLearner {
  const active = new Map<string, Map<number, number>>();
  return {
    add: (kind, host, subject, time, repeat) => {
      const name = nameOf(kind, host, subject);
      const at = Math.floor(time / bucket);
      let counts = active.get(name);
      if (!counts) {
        if (active.size >= MOST_SUBJECTS) return;
        counts = new Map();
        active.set(name, counts);
      }
      counts.set(at, (counts.get(at) ?? 0) + repeat);
    },
    baseline: () => {
      const pooled: Record<SubjectKind, number[]> = { template: [], address: [], user: [] };
      const own: Record<string, number[]> = {};
      for (const [name, counts] of active) {
        const sorted = [...counts.values()].sort((a, b) => a - b);
        pooled[kindOf(name)].push(...sorted);
        own[name] = thinned(sorted, MOST_COUNTS);
      }
      const thin = (counts: number[]): number[] =>
        thinned(
          counts.sort((a, b) => a - b),
          MOST_POOLED,
        );
      return {
        bucket,
        own,
        pooled: { template: thin(pooled.template), address: thin(pooled.address), user: thin(pooled.user) },
      };
    },
  };
}

/** Goes on counting where a stream with this snapshot was. */
export function createQuantityStream(baseline: QuantityBaseline, from: readonly OpenCount[] = []): QuantityStream {
  const { bucket } = baseline;
  const tails = new Map<string, Tail | null>();
  const prior = {
    template: fitTail(baseline.pooled.template),
    address: fitTail(baseline.pooled.address),
    user: fitTail(baseline.pooled.user),
  };
  const open = new Map<string, Open>();
  for (const [name, at, count, next, surprise, told] of from) open.set(name, { at, count, next, surprise, told });
  let latest = 0;

  const tailOf = (name: string): Tail | null => {
    const known = tails.get(name);
    if (known !== undefined) return known;
    const counts = Object.hasOwn(baseline.own, name) ? baseline.own[name] : undefined;
    const tail = counts ? fitTail(counts) : null;
    if (tails.size < MOST_SUBJECTS) tails.set(name, tail);
    return tail;
  };
  /** Counts of buckets that are over are forgotten; then those that were not touched for longest. */
  const makeRoom = (at: number): void => {
    if (at > latest) {
      latest = at;
      for (const [name, { at: own }] of open) if (own < at - 1) open.delete(name);
    }
    if (open.size < MOST_OPEN) return;
    const [oldest] = open.keys();
    if (oldest !== undefined) open.delete(oldest);
  };

  return {
    bucket,
    add: (kind, host, subject, time, repeat) => {
      const name = nameOf(kind, host, subject);
      const at = Math.floor(time / bucket);
      let counted = open.get(name);
      if (!counted || counted.at < at) {
        makeRoom(at);
        counted = { at, count: 0, next: 0, surprise: 0, told: 0 };
        open.set(name, counted);
      }
      // What comes late is counted where the stream is.
      counted.count += repeat;
      const tail = tailOf(name);
      let judged = 0;
      if (counted.count >= counted.next) {
        judged = counted.count - counted.told;
        counted.told = counted.count;
        const n = tail?.samples ?? 0;
        const own = n * (tail?.survival(counted.count) ?? 0);
        counted.surprise = -Math.log10((own + PRIOR_WEIGHT * prior[kind].survival(counted.count)) / (n + PRIOR_WEIGHT));
        counted.next = Math.max(counted.count + 1, Math.ceil(counted.count * GROWTH));
      }
      const { count, surprise } = counted;
      return { kind, subject, host, count, usual: tail?.median ?? 0, most: tail?.largest ?? 0, surprise, judged };
    },
    snapshot: () =>
      [...open].map(([name, { at, count, next, surprise, told }]) => [name, at, count, next, surprise, told]),
  };
}

// --- internal ---

interface Open {
  readonly at: number;
  count: number;
  next: number;
  surprise: number;
  /** Count when it was judged last. */
  told: number;
}

const KINDS = { template: 't', address: 'a', user: 'u' } as const;

function nameOf(kind: SubjectKind, host: string, subject: string): string {
  return `${KINDS[kind]}\0${host}\0${subject}`;
}

function kindOf(name: string): SubjectKind {
  return name[0] === 't' ? 'template' : name[0] === 'a' ? 'address' : 'user';
}

/** Evenly chosen from ascending counts, the largest among them. */
function thinned(sorted: readonly number[], most: number): number[] {
  if (sorted.length <= most) return [...sorted];
  return Array.from({ length: most }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (most - 1))] ?? 0);
}
