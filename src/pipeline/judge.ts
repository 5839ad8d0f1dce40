import { type Departure, type DetectorModel, followWorkflow, type ParameterFinding } from '../models/index.ts';
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
  /**
   * `score` where the NLL exceeds what the held-out slice allows, `unseen` where training
   * never showed the key, `value` where a value it carries lies outside its interval.
   * None where the parts that have to agree do not.
   */
  readonly flags: readonly ('score' | 'unseen' | 'value')[];
  /** Values outside their intervals, whatever is made of them. */
  readonly values: readonly ParameterFinding[];
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
  /** Whether any part of the model alarms by itself (unless told), or key and values must agree. */
  readonly alarm?: 'any' | 'both';
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
  /**
   * 1 for a sequence that scores above its threshold, has a key never seen, ends where it
   * should not, or has a value further out than any of hardly a held-out sequence. Where key
   * and values must agree, for one with an event in which they do.
   */
  readonly flagged: Uint8Array;
  /** How many values were judged; absent where the model has learned none, or the sequences carry none. */
  readonly judgedValues?: number;
  /**
   * Where each sequence with a finding first left the workflow, by its index; `null` for
   * one that stayed in it. Absent where the model has no workflow.
   */
  readonly departures?: ReadonlyMap<number, Departure | null>;
}

/** Judges sequences with a model. */
export async function judge(model: DetectorModel, set: SequenceSet, options: JudgeOptions): Promise<Judged> {
  const { expected: k = 3, all = false, alarm = 'any' } = options;
  const known = new Set(options.vocabulary);
  const scores = await model.score(set);
  const verdict = set.values ? await model.parameters?.(set) : null;
  const valuesAt = byRow(verdict?.findings ?? []);
  const flaggedSequences = Uint8Array.from(scores.sequence, (score, s) =>
    alarm === 'any' && (score > options.threshold || verdict?.flagged[s] === 1) ? 1 : 0,
  );
  const chosen: Omit<JudgedEvent & { readonly row: number }, 'expected'>[] = [];
  for (let sequence = 0; sequence < set.count; sequence++) {
    const length = set.offsets[sequence + 1]! - set.offsets[sequence]!;
    const begin = scores.offsets[sequence]!;
    for (let row = begin; row < scores.offsets[sequence + 1]!; row++) {
      const position = row - begin;
      const nll = scores.nll[row]!;
      const values = valuesAt.get(row) ?? [];
      const flags = flagsOf(nll > options.eventThreshold, {
        unseen: position < length && !known.has(keyAt(set, sequence, position)),
        values,
        alarm,
      });
      const suffices = flags.includes('unseen') || (flags.includes('score') && position === length);
      if (suffices || (alarm === 'both' && flags.length > 0)) flaggedSequences[sequence] = 1;
      if (flags.length === 0 && !all) continue;
      const severity = atLeastMedium(severityOf(nll, options.calibration), flags.includes('value'));
      const template = keyAt(set, sequence, position);
      chosen.push({ row, sequence, position, template, nll, rank: scores.rank[row]!, severity, flags, values });
    }
  }
  const asked = chosen.filter(({ flags }) => flags.length > 0);
  const answers = model.expected
    ? await model.expected(
        set,
        asked.map(({ row }) => row),
        k,
      )
    : [];
  const expectedAt = new Map(asked.map(({ row }, i) => [row, answers[i] ?? []]));
  const events = chosen.map(({ row, ...event }): JudgedEvent => ({ ...event, expected: expectedAt.get(row) ?? [] }));
  const odd = new Set([...asked.map(({ sequence }) => sequence), ...indices(flaggedSequences)]);
  const departures = await departuresOf(model, set, odd);
  return {
    events,
    judged: scores.nll.length,
    sequence: scores.sequence,
    flagged: flaggedSequences,
    ...(verdict ? { judgedValues: verdict.judged } : {}),
    ...(departures ? { departures } : {}),
  };
}

// --- internal ---

interface OtherEvidence {
  readonly unseen: boolean;
  readonly values: readonly ParameterFinding[];
  readonly alarm: 'any' | 'both';
}

function flagsOf(score: boolean, { unseen, values, alarm }: OtherEvidence): JudgedEvent['flags'] {
  const value = values.length > 0;
  if (alarm === 'both' && !((score || unseen) && value)) return [];
  return [
    ...(score ? (['score'] as const) : []),
    ...(unseen ? (['unseen'] as const) : []),
    ...(value ? (['value'] as const) : []),
  ];
}

/** A value outside its interval is rarer than 1 in 100, however usual its key. */
function atLeastMedium(severity: Severity, value: boolean): Severity {
  return value && severity !== 'HIGH' ? 'MED' : severity;
}

function byRow(findings: readonly ParameterFinding[]): Map<number, ParameterFinding[]> {
  const rows = new Map<number, ParameterFinding[]>();
  for (const finding of findings) {
    const known = rows.get(finding.row);
    if (known) known.push(finding);
    else rows.set(finding.row, [finding]);
  }
  return rows;
}

async function departuresOf(model: DetectorModel, set: SequenceSet, sequences: Iterable<number>) {
  const workflow = await model.workflow?.();
  if (!workflow) return undefined;
  const departureOf = followWorkflow(workflow);
  const departures = new Map<number, Departure | null>();
  for (const s of sequences) {
    const keys = Array.from(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), (key) => set.keyNames[key] ?? '');
    departures.set(s, departureOf(keys, set.closed[s] === 1));
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
