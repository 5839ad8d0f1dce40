import { fitQuantity, type Peak } from '../models/index.ts';
import { calibrate } from '../score/index.ts';
import type { EventColumns } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { type Channel, type Fact, FLAG_SURPRISE } from './channel.ts';
import { type Folds, rowsOfFold, rowsToLearn } from './folds.ts';

const NAME = 'quantity';

/**
 * The quantity channel of a whole log: every fold is judged by counts of the others. Its
 * surprise is a tail probability by construction, so the flag rate is its threshold.
 *
 * @param templateText text of an internal template number
 * @param options `running`: by the counts so far, so that nothing later has a say
 */
export function quantityChannel(
  events: EventColumns,
  folds: Folds,
  templateText: (template: number) => string,
  options: { readonly running?: boolean } = {},
): Channel {
  const threshold = FLAG_SURPRISE;
  const surprise = new Float32Array(events.count);
  const flagged = new Uint8Array(events.count);
  const peaksOf = new Map<number, Peak[]>();
  const allSurprises: number[] = [];
  const subjects = new Map<string, number>();
  let minutes = 0;
  for (const fold of folds.judged) {
    const rows = rowsOfFold(folds, fold);
    if (rows.length === 0) continue;
    const model = fitQuantity(events, rowsToLearn(folds, fold));
    minutes = model.bucket / 60_000;
    const judged = model.judge(events, rows, options);
    for (const peak of judged.peaks) allSurprises.push(peak.surprise);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      surprise[row] = judged.surprise[i]!;
      if (surprise[row]! <= threshold) continue;
      flagged[row] = 1;
      const own = judged.peakIndices.subarray(judged.peakOffsets[i], judged.peakOffsets[i + 1]);
      const peaks = Array.from(own, (peak) => judged.peaks[peak]!).filter((peak) => peak.surprise > threshold);
      peaksOf.set(
        row,
        peaks.sort((a, b) => b.surprise - a.surprise),
      );
    }
  }

  const told = new Map<Peak, Fact>();
  const factOf = (peak: Peak): Fact => {
    const known = told.get(peak);
    if (known) return known;
    const subject = `${peak.kind} ${peak.host} ${peak.subject}`;
    const fact = subjects.get(subject) ?? subjects.size;
    subjects.set(subject, fact);
    const own = { fact, surprise: peak.surprise, text: peakText(peak, events, templateText, minutes) };
    told.set(peak, own);
    return own;
  };
  return {
    name: NAME,
    score: surprise,
    surprise,
    flagged,
    calibration: calibrate(allSurprises),
    modelHash: contentId([NAME, minutes]),
    facts: (row) => (peaksOf.get(row) ?? []).map(factOf),
  };
}

// --- internal ---

function peakText(peak: Peak, events: EventColumns, templateText: (template: number) => string, minutes: number) {
  const what =
    peak.kind === 'template'
      ? `'${templateText(peak.subject)}'`
      : `${peak.kind} ${events.entityTable.entity(peak.subject).value}`;
  const usual = peak.most === 0 ? 'never seen otherwise' : `usually ${round(peak.usual)}, at most ${round(peak.most)}`;
  return `${what} ${peak.count} times in ${minutes} min (${usual})`;
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
