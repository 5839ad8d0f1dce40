import { type Departure, type DetectorModel, findDeparture } from '../models/index.ts';
import { type Calibration, severityOf } from '../score/index.ts';
import type { Expected, SequenceSet, Severity } from '../types.ts';

/** One judged event: a key of a sequence, or the end of a closed one. */
export interface JudgedEvent {
  /** Index of its sequence. */
  readonly sequence: number;
  /** Position in the sequence; its length for the end `$`. */
  readonly position: number;
  /** Public name of the key, `$` for the end. */
  readonly template: string;
  readonly nll: number;
  readonly rank: number;
  readonly severity: Severity;
  /** `score` where the NLL exceeds what the held-out slice allows, `unseen` where training never showed the key. */
  readonly flags: readonly ('score' | 'unseen')[];
  /** Most expected keys instead, for flagged events. */
  readonly expected: readonly Expected[];
}

/** How a saved model decides; see `Learned`. */
export interface JudgeOptions {
  readonly threshold: number;
  readonly eventThreshold: number;
  readonly calibration: Calibration;
  /** Keys the model knows. */
  readonly vocabulary: readonly string[];
  /** How many expected keys to give for a flagged event; 3 unless told. */
  readonly expected?: number;
  /** Every event instead of flagged ones alone. */
  readonly all?: boolean;
}

/** What a saved model says of sequences. */
export interface Judged {
  /** Flagged events, or all, in the order of the sequences. */
  readonly events: readonly JudgedEvent[];
  /** How many events were judged, ends of closed sessions among them. */
  readonly judged: number;
  /** Score of each sequence. */
  readonly sequence: Float32Array;
  /** 1 for a sequence that scores above its threshold, has a key never seen, or ends where it should not. */
  readonly flagged: Uint8Array;
  /**
   * Where each sequence with a finding first left the workflow, by its index; `null` for
   * one that stayed in it. Absent where the model has no workflow.
   */
  readonly departures?: ReadonlyMap<number, Departure | null>;
}

/** Judges sequences with a model. */
export async function judge(model: DetectorModel, set: SequenceSet, options: JudgeOptions): Promise<Judged> {
  const { expected: k = 3, all = false } = options;
  const known = new Set(options.vocabulary);
  const scores = await model.score(set);
  const flaggedSequences = Uint8Array.from(scores.sequence, (score) => (score > options.threshold ? 1 : 0));
  const chosen: { row: number; sequence: number; position: number; unseen: boolean; flagged: boolean }[] = [];
  for (let sequence = 0; sequence < set.count; sequence++) {
    const length = set.offsets[sequence + 1]! - set.offsets[sequence]!;
    const begin = scores.offsets[sequence]!;
    for (let row = begin; row < scores.offsets[sequence + 1]!; row++) {
      const position = row - begin;
      const unseen = position < length && !known.has(keyAt(set, sequence, position));
      const flagged = unseen || scores.nll[row]! > options.eventThreshold;
      if (unseen || (flagged && position === length)) flaggedSequences[sequence] = 1;
      if (flagged || all) chosen.push({ row, sequence, position, unseen, flagged });
    }
  }
  const asked = chosen.filter(({ flagged }) => flagged);
  const answers = model.expected
    ? await model.expected(
        set,
        asked.map(({ row }) => row),
        k,
      )
    : [];
  const expectedAt = new Map(asked.map(({ row }, i) => [row, answers[i] ?? []]));
  const events = chosen.map(({ row, sequence, position, unseen }): JudgedEvent => {
    const nll = scores.nll[row]!;
    return {
      sequence,
      position,
      template: keyAt(set, sequence, position),
      nll,
      rank: scores.rank[row]!,
      severity: severityOf(nll, options.calibration),
      flags: [...(nll > options.eventThreshold ? (['score'] as const) : []), ...(unseen ? (['unseen'] as const) : [])],
      expected: expectedAt.get(row) ?? [],
    };
  });
  const odd = new Set([...asked.map(({ sequence }) => sequence), ...indices(flaggedSequences)]);
  const departures = await departuresOf(model, set, odd);
  return {
    events,
    judged: scores.nll.length,
    sequence: scores.sequence,
    flagged: flaggedSequences,
    ...(departures ? { departures } : {}),
  };
}

// --- internal ---

async function departuresOf(model: DetectorModel, set: SequenceSet, sequences: Iterable<number>) {
  const workflow = await model.workflow?.();
  if (!workflow) return undefined;
  const departures = new Map<number, Departure | null>();
  for (const s of sequences) {
    const keys = Array.from(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), (key) => set.keyNames[key] ?? '');
    departures.set(s, findDeparture(workflow, keys, set.closed[s] === 1));
  }
  return departures;
}

function indices(flags: Uint8Array): number[] {
  return Array.from(flags.keys()).filter((i) => flags[i] === 1);
}

function keyAt(set: SequenceSet, sequence: number, position: number): string {
  const at = set.offsets[sequence]! + position;
  return at < set.offsets[sequence + 1]! ? (set.keyNames[set.keys[at]!] ?? '') : '$';
}
