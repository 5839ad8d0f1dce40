import type { Detector, DetectorModel, EpochReport, FitOptions } from '../models/index.ts';
import { calibrate, fitSurprise, type Surprise, thresholdForFlagRate } from '../score/index.ts';
import { cutSequences, selectSequences, splitSequences } from '../sequence/index.ts';
import type { EventColumns, Expected, SequenceScores, SequenceSet } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { type Channel, EVENT_FLAG_RATE } from './channel.ts';
import type { Folds } from './folds.ts';

/** How the sequence channel learns. */
export interface SequenceChannelOptions extends Omit<FitOptions, 'onEpoch'> {
  readonly validationSplit: number;
  /** Called after each epoch of each fold. */
  readonly onProgress?: (fold: number, folds: number, epoch: EpochReport) => void;
}

/**
 * The sequence channel of a whole log: the events of every fold are judged, with their
 * whole history, by a model that learned from the other folds only.
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
    const touched = sequencesTouching(sequences, rowOf, folds, fold);
    if (touched.count === 0) continue;
    const others = cutSequences(sequences, (position) => folds.of[rowOf[position]!] !== fold);
    const { train, validation } = splitSequences(others, options.validationSplit, options.seed);
    const { onProgress, validationSplit: _share, ...fit } = options;
    const model = await detector.fit(train, validation, {
      ...fit,
      ...(onProgress
        ? { onEpoch: (epoch: EpochReport) => onProgress(folds.judged.indexOf(fold), folds.judged.length, epoch) }
        : {}),
    });
    try {
      const { nll } = await model.score(validation);
      for (const value of nll) heldOut.push(value);
      const threshold = thresholdForFlagRate(nll, EVENT_FLAG_RATE);
      const scores = await model.score(touched);
      const flags = judgement.add(touched, scores, folds, fold, threshold, fitSurprise(nll));
      judgement.explain(flags, await expectedAt(model, touched, flags));
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
    describe: (row) => judgement.describe(row, templateText, sequences.keyNames),
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

function sequencesTouching(set: SequenceSet, rowOf: Int32Array, folds: Folds, fold: number): SequenceSet {
  const touched: number[] = [];
  for (let s = 0; s < set.count; s++) {
    const rows = rowOf.subarray(set.offsets[s], set.offsets[s + 1]);
    if (rows.some((row) => folds.of[row] === fold)) touched.push(s);
  }
  return selectSequences(set, touched);
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
  const fact = new Int32Array(events.count);
  const expected = new Map<number, { readonly top: readonly Expected[]; readonly atEnd: boolean }>();

  return {
    columns: { score, surprise, flagged, fact },
    add(set: SequenceSet, scores: SequenceScores, folds: Folds, fold: number, threshold: number, of: Surprise) {
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
          score[row] = nll;
          surprise[row] = of.of(nll);
          if (nll <= threshold) continue;
          flagged[row] = 1;
          fact[row] = events.template[row]!;
          flags.push({ scoreRow, row, atEnd });
        }
      }
      return flags;
    },
    explain(flags: readonly FlaggedScore[], tops: readonly Expected[][]): void {
      flags.forEach(({ row, atEnd }, i) => {
        expected.set(row, { top: tops[i] ?? [], atEnd });
      });
    },
    describe(row: number, templateText: (id: string) => string, keyNames: readonly string[]): string {
      const text = (id: string): string => (id === '$' ? 'the end of the session' : `'${templateText(id)}'`);
      const known = expected.get(row);
      const came = known?.atEnd ? 'the session ended' : text(keyNames[events.template[row]!] ?? '');
      const best = known?.top[0];
      return best
        ? `${came} where ${text(best.template)} was expected (${Math.round(best.p * 100)} %)`
        : `${came} was not expected`;
    },
  };
}
