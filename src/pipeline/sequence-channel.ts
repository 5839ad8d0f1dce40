import type { Detector, DetectorModel, EpochReport, FitOptions } from '../models/index.ts';
import { calibrate, fitSurprise, type Surprise, thresholdForFlagRate } from '../score/index.ts';
import { cutSequences, splitSequences } from '../sequence/index.ts';
import type { EventColumns, Expected, SequenceScores, SequenceSet } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { type Channel, EVENT_FLAG_RATE, type Fact } from './channel.ts';
import { type Folds, mayLearn } from './folds.ts';
import { heldOutScores } from './held-out.ts';
import { type PlacedFinding, placedFindings, valueFact, valueSurprise } from './value-facts.ts';

/** How the sequence channel learns. */
export interface SequenceChannelOptions extends Omit<FitOptions, 'onEpoch'> {
  readonly validationSplit: number;
  /** Called after each epoch of each fold. */
  readonly onProgress?: (fold: number, folds: number, epoch: EpochReport) => void;
}

/** A scan trains several models while a person waits: a smaller network and fewer steps tell what is usual. */
export const SCAN_TRAINING = { embedding: 32, hidden: 32, batchSize: 256, lr: 0.01, maxSteps: 200 } as const;

/**
 * The sequence channel of a whole log: the events of every fold are judged, with their
 * whole history, by a model that learned from the other folds only. Where the sequences
 * carry values, one outside its interval flags its event as an unusual key does.
 */
export async function sequenceChannel(
  detector: Detector,
  sequences: SequenceSet,
  events: EventColumns,
  folds: Folds,
  templateText: (id: string) => string,
  options: SequenceChannelOptions,
): Promise<Channel> {
  const rowOf = sequences.events ?? new Int32Array(0);
  const judgement = createJudgement(events);
  const heldOut: number[] = [];
  const hashes: string[] = [];
  for (const fold of folds.judged) {
    const touched = sequencesUntil(sequences, rowOf, folds, fold);
    if (touched.count === 0) continue;
    const others = cutSequences(sequences, (position) => mayLearn(folds, fold, rowOf[position]!));
    const { train, validation } = splitSequences(others, options.validationSplit, options.seed);
    const { onProgress, validationSplit: _share, ...fit } = options;
    const model = await detector.fit(train, validation, {
      ...SCAN_TRAINING,
      ...fit,
      ...(onProgress
        ? { onEpoch: (epoch: EpochReport) => onProgress(folds.judged.indexOf(fold), folds.judged.length, epoch) }
        : {}),
    });
    try {
      const held = await heldOutScores(model, validation);
      for (const value of held.nll) heldOut.push(value);
      const rule = {
        threshold: thresholdForFlagRate(held.nll, EVENT_FLAG_RATE),
        surprise: fitSurprise(held.nll),
        known: held.known,
        unseenSurprise: held.unseenSurprise,
      };
      const flags = judgement.add(touched, await model.score(touched), folds, fold, rule);
      judgement.addValues(await placedFindings(model, touched), folds, fold, rule);
      const told = firstOfEach(flags, (flag) => events.template[flag.row]!);
      judgement.explain(told, await expectedAt(model, touched, told));
      hashes.push(model.description.trainingDataHash);
    } finally {
      await model.dispose();
    }
  }
  return {
    name: 'sequence',
    ...judgement.columns,
    calibration: calibrate(heldOut),
    modelHash: contentId([detector.name, options.seed, ...hashes]),
    facts: (row) => judgement.facts(row, templateText, sequences.keyNames),
  };
}

// --- internal ---

interface FlaggedScore {
  /** Score row within the judged sequences. */
  readonly scoreRow: number;
  /** Row in the event table. */
  readonly row: number;
  /** The session's end is what was not expected. */
  readonly atEnd: boolean;
}

const EXPECTED = 3;
const EXPLAINED = 100;

/** How one fold's model decides. */
interface Rule {
  /** Flags what lies above it. */
  readonly threshold: number;
  readonly surprise: Surprise;
  /** Keys the model knows; a key it does not is always flagged. */
  readonly known: ReadonlySet<string>;
  /** Surprise of an unseen key: how rarely held-out time brings one up. */
  readonly unseenSurprise: number;
}

/** The sequences that a fold has events of, each as far as its last of them: what comes later has no say. */
function sequencesUntil(set: SequenceSet, rowOf: Int32Array, folds: Folds, fold: number): SequenceSet {
  const last = new Int32Array(set.count).fill(-1);
  for (let s = 0; s < set.count; s++) {
    for (let at = set.offsets[s + 1]! - 1; at >= set.offsets[s]! && last[s]! < 0; at--) {
      if (folds.of[rowOf[at]!] === fold) last[s] = at;
    }
  }
  const ends = new Int32Array(set.keys.length);
  for (let s = 0; s < set.count; s++) ends.fill(last[s]!, set.offsets[s]!, set.offsets[s + 1]!);
  return cutSequences(set, (position) => position <= ends[position]!);
}

/** What was expected is asked for the first flags of each template: a flood of one need not be explained line by line. */
function firstOfEach(flags: readonly FlaggedScore[], templateOf: (flag: FlaggedScore) => number): FlaggedScore[] {
  const counts = new Map<number, number>();
  return flags.filter((flag) => {
    const template = templateOf(flag);
    const count = (counts.get(template) ?? 0) + 1;
    counts.set(template, count);
    return count <= EXPLAINED;
  });
}

async function expectedAt(
  model: DetectorModel,
  set: SequenceSet,
  flags: readonly FlaggedScore[],
): Promise<Expected[][]> {
  if (!model.expected || flags.length === 0) return [];
  return model.expected(
    set,
    flags.map(({ scoreRow }) => scoreRow),
    EXPECTED,
  );
}

/** Collects what the models of all folds say of the rows of one event table. */
function createJudgement(events: EventColumns) {
  const score = new Float32Array(events.count);
  const surprise = new Float32Array(events.count);
  const flagged = new Uint8Array(events.count);
  const keySurprise = new Float32Array(events.count);
  const flaggedForKey = new Uint8Array(events.count);
  const values = new Map<number, PlacedFinding[]>();
  const expected = new Map<number, { readonly top: readonly Expected[]; readonly atEnd: boolean }>();

  return {
    columns: { score, surprise, flagged },
    add(set: SequenceSet, scores: SequenceScores, folds: Folds, fold: number, rule: Rule) {
      const flags: FlaggedScore[] = [];
      for (let s = 0; s < set.count; s++) {
        const begin = set.offsets[s]!;
        const keys = set.offsets[s + 1]! - begin;
        const rows = scores.offsets[s + 1]! - scores.offsets[s]!;
        for (let i = 0; i < rows; i++) {
          const atEnd = i >= keys;
          const row = set.events![begin + Math.min(i, keys - 1)]!;
          if (folds.of[row] !== fold) continue;
          const scoreRow = scores.offsets[s]! + i;
          const nll = scores.nll[scoreRow]!;
          if (nll <= score[row]!) continue;
          const unseen = !atEnd && !rule.known.has(set.keyNames[set.keys[begin + i]!] ?? '');
          score[row] = nll;
          surprise[row] = unseen ? Math.max(rule.unseenSurprise, rule.surprise.of(nll)) : rule.surprise.of(nll);
          keySurprise[row] = surprise[row]!;
          if (!unseen && nll <= rule.threshold) continue;
          flagged[row] = 1;
          flaggedForKey[row] = 1;
          flags.push({ scoreRow, row, atEnd });
        }
      }
      return flags;
    },
    addValues(findings: readonly PlacedFinding[], folds: Folds, fold: number, rule: Rule): void {
      for (const finding of findings) {
        const { event: row } = finding;
        if (folds.of[row] !== fold) continue;
        values.set(row, [...(values.get(row) ?? []), finding]);
        flagged[row] = 1;
        surprise[row] = Math.max(surprise[row]!, valueSurprise(finding));
        // As severe as a key at the threshold, at least.
        score[row] = Math.max(score[row]!, Number.isFinite(rule.threshold) ? rule.threshold : 0);
      }
    },
    explain(flags: readonly FlaggedScore[], tops: readonly Expected[][]): void {
      flags.forEach(({ row, atEnd }, i) => {
        expected.set(row, { top: tops[i] ?? [], atEnd });
      });
    },
    facts(row: number, templateText: (id: string) => string, keyNames: readonly string[]): readonly Fact[] {
      const text = (id: string): string => (id === '$' ? 'the end of the session' : `'${templateText(id)}'`);
      const template = events.template[row]!;
      const known = expected.get(row);
      const came = known?.atEnd ? 'the session ended' : text(keyNames[template] ?? '');
      const best = known?.top[0];
      const instead = best
        ? `where ${text(best.template)} was expected (${Math.round(best.p * 100)} %)`
        : 'was not expected';
      const ofKey: Fact = { fact: template, surprise: keySurprise[row]!, text: `${came} ${instead}` };
      const ofValues = (values.get(row) ?? []).map((finding) =>
        valueFact(finding, template, templateText(keyNames[template] ?? '')),
      );
      return [...(flaggedForKey[row] === 1 ? [ofKey] : []), ...ofValues].sort((a, b) => b.surprise - a.surprise);
    },
  };
}
