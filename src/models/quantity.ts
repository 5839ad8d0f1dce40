/**
 * The quantity channel: how often, not in which order. Guessing passwords is a run of
 * sessions each of which looks normal; only their number in a short time does not.
 *
 * Time is cut into buckets. A subject is a template on a host, or an entity (user,
 * address) on a host; its count in a bucket is compared with its own counts in the
 * buckets it was active in while training, blended with those of all subjects of its
 * kind, which stand in as long as its own history is short. The surprise of a count is
 * -log10 of that tail probability; an event has the largest surprise of its subjects.
 */
import { CaracalError } from '../errors.ts';
import { fitTail, type Tail } from '../score/tail.ts';
import type { EventColumns } from '../types.ts';

/** Kinds of subject that are counted. */
export type SubjectKind = 'template' | 'address' | 'user';

const KINDS: readonly SubjectKind[] = ['template', 'address', 'user'];

/** How to count. */
export interface QuantityOptions {
  /** Length of a bucket in ms; 5 minutes unless told. */
  readonly bucket?: number;
  /** Active buckets after which a subject's own history weighs as much as that of its kind; 8 unless told. */
  readonly priorWeight?: number;
}

/** A count that was judged: subject, bucket and what was usual. */
export interface Peak {
  readonly kind: SubjectKind;
  /** Template number or entity number. */
  readonly subject: number;
  /** Number of the host in the string table, -1 for none. */
  readonly host: number;
  /** Begin of the bucket, epoch ms. */
  readonly time: number;
  readonly count: number;
  /** Median and largest count of the subject's own active buckets while training; 0 if it was never seen. */
  readonly usual: number;
  readonly most: number;
  /** -log10 of the tail probability. */
  readonly surprise: number;
}

/** What the quantity channel says of some events. */
export interface QuantityScores {
  /** Largest surprise of each judged row, in the order of the rows; 0 for rows without time. */
  readonly surprise: Float32Array;
  readonly peaks: readonly Peak[];
  /** Indices into `peaks` of the subjects of judged row i: `peakIndices[peakOffsets[i] .. peakOffsets[i + 1]]`. */
  readonly peakOffsets: Int32Array;
  readonly peakIndices: Int32Array;
}

/** A fitted quantity channel. */
export interface QuantityModel {
  readonly bucket: number;
  /**
   * Judges rows by the counts of their buckets; with `running` by the count so far, so that
   * nothing later than an event has a say in it (rows in the order of time).
   */
  judge(events: EventColumns, rows: ArrayLike<number>, options?: { readonly running?: boolean }): QuantityScores;
}

/**
 * Learns usual counts from the given rows of an event table.
 *
 * @throws CaracalError `E_USAGE` for a bucket that is not positive
 */
export function fitQuantity(
  events: EventColumns,
  rows: ArrayLike<number>,
  options: QuantityOptions = {},
): QuantityModel {
  const { bucket = 300_000, priorWeight = 8 } = options;
  if (!(bucket > 0))
    throw new CaracalError('E_USAGE', `bucket ${bucket}: must be a positive time in ms, such as 300000.`);
  const histories = new Map<string, number[]>();
  const pooled: Record<SubjectKind, number[]> = { template: [], address: [], user: [] };
  for (const { kind, name, count } of countActive(events, rows, bucket).values()) {
    const history = histories.get(name);
    if (history) history.push(count);
    else histories.set(name, [count]);
    pooled[kind].push(count);
  }
  const own = new Map<string, Tail>();
  for (const [name, counts] of histories) own.set(name, fitTail(counts));
  const prior = { template: fitTail(pooled.template), address: fitTail(pooled.address), user: fitTail(pooled.user) };

  const surpriseOf = (kind: SubjectKind, name: string, count: number): number => {
    const mine = own.get(name);
    const n = mine?.samples ?? 0;
    const blended = (n * (mine?.survival(count) ?? 0) + priorWeight * prior[kind].survival(count)) / (n + priorWeight);
    return -Math.log10(blended);
  };

  return {
    bucket,
    judge: (judged, rows, { running = false } = {}) => {
      const peaks: Peak[] = [];
      const addPeak = ({ kind, name, subject, host, time, count }: ActiveBucket): number => {
        const mine = own.get(name);
        const surprise = surpriseOf(kind, name, count);
        const usual = { usual: mine?.median ?? 0, most: mine?.largest ?? 0 };
        return peaks.push({ kind, subject, host, time, count, ...usual, surprise }) - 1;
      };
      const peakAt = running ? runningPeaks(addPeak) : wholePeaks(countActive(judged, rows, bucket), addPeak);
      const surprise = new Float32Array(rows.length);
      const peakOffsets = new Int32Array(rows.length + 1);
      const peakIndices: number[] = [];
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        forSubjects(judged, row, bucket, (kind, name, subject, place, time) => {
          const found = { kind, name, subject, host: judged.host[row]!, time, count: judged.repeat[row]! };
          const number = peakAt(place, found);
          peakIndices.push(number);
          surprise[i] = Math.max(surprise[i]!, peaks[number]!.surprise);
        });
        peakOffsets[i + 1] = peakIndices.length;
      }
      return { surprise, peaks, peakOffsets, peakIndices: Int32Array.from(peakIndices) };
    },
  };
}

// --- internal ---

interface ActiveBucket {
  readonly kind: SubjectKind;
  readonly name: string;
  readonly subject: number;
  readonly host: number;
  readonly time: number;
  count: number;
}

/** Number of the peak of a bucket in which an event adds its count. */
type PeakAt = (place: string, added: ActiveBucket) => number;

/** Every event has the peak of its whole bucket. */
function wholePeaks(active: ReadonlyMap<string, ActiveBucket>, addPeak: (bucket: ActiveBucket) => number): PeakAt {
  const numbers = new Map<string, number>();
  for (const [place, bucket] of active) numbers.set(place, addPeak(bucket));
  return (place) => numbers.get(place)!;
}

/** A new peak each time a count has grown by this much. */
const GROWTH = 1.25;

/** Every event has the peak of its bucket so far, to within a quarter of the count. */
function runningPeaks(addPeak: (bucket: ActiveBucket) => number): PeakAt {
  const counts = new Map<string, { bucket: ActiveBucket; next: number; peak: number }>();
  return (place, added) => {
    let known = counts.get(place);
    if (!known) {
      known = { bucket: added, next: 0, peak: -1 };
      counts.set(place, known);
    } else known.bucket.count += added.count;
    const { count } = known.bucket;
    if (count >= known.next) {
      known.peak = addPeak({ ...known.bucket });
      known.next = Math.max(count + 1, Math.ceil(count * GROWTH));
    }
    return known.peak;
  };
}

/** Counts of every subject in every bucket it is active in. */
function countActive(events: EventColumns, rows: ArrayLike<number>, bucket: number): Map<string, ActiveBucket> {
  const active = new Map<string, ActiveBucket>();
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    forSubjects(events, row, bucket, (kind, name, subject, place, time) => {
      const found = active.get(place);
      if (found) found.count += events.repeat[row]!;
      else active.set(place, { kind, name, subject, host: events.host[row]!, time, count: events.repeat[row]! });
    });
  }
  return active;
}

/** Calls `visit` for each subject of an event; an event without time has none. */
function forSubjects(
  events: EventColumns,
  row: number,
  bucket: number,
  visit: (kind: SubjectKind, name: string, subject: number, place: string, time: number) => void,
): void {
  const at = events.time[row]!;
  if (Number.isNaN(at)) return;
  const time = Math.floor(at / bucket) * bucket;
  const host = events.host[row]!;
  const say = (kind: SubjectKind, subject: number): void => {
    const name = `${KINDS.indexOf(kind)} ${host} ${subject}`;
    visit(kind, name, subject, `${name} ${time}`, time);
  };
  say('template', events.template[row]!);
  for (let e = events.entityOffsets[row]!; e < events.entityOffsets[row + 1]!; e++) {
    const id = events.entities[e]!;
    const { kind } = events.entityTable.entity(id);
    if (kind === 'address' || kind === 'user') say(kind, id);
  }
}
