import { fitQuantity, type Peak } from '../models/index.ts';
import { calibrate } from '../score/index.ts';
import type { EventColumns } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { type Channel, EVENT_FLAG_RATE } from './channel.ts';
import { type Folds, rowsOfFold, rowsOutsideFold } from './folds.ts';

const NAME = 'quantity';

/**
 * The quantity channel of a whole log: every fold is judged by counts of the others. Its
 * surprise is a tail probability by construction, so the flag rate is its threshold.
 *
 * @param templateText text of an internal template number
 */
export function quantityChannel(
  events: EventColumns,
  folds: Folds,
  templateText: (template: number) => string,
): Channel {
  const surprise = new Float32Array(events.count);
  const fact = new Int32Array(events.count);
  const peaks: Peak[] = [];
  const peakOf = new Int32Array(events.count).fill(-1);
  let minutes = 0;
  for (const fold of folds.judged) {
    const rows = rowsOfFold(folds, fold);
    if (rows.length === 0) continue;
    const model = fitQuantity(events, rowsOutsideFold(folds, fold));
    minutes = model.bucket / 60_000;
    const judged = model.judge(events, rows);
    for (let i = 0; i < rows.length; i++) {
      surprise[rows[i]!] = judged.surprise[i]!;
      if (judged.peakOf[i] !== -1) peakOf[rows[i]!] = peaks.length + judged.peakOf[i]!;
    }
    peaks.push(...judged.peaks);
  }
  const threshold = -Math.log10(EVENT_FLAG_RATE);
  const subjects = new Map<string, number>();
  const flagged = new Uint8Array(events.count);
  for (let row = 0; row < events.count; row++) {
    const peak = peaks[peakOf[row]!];
    if (!peak || surprise[row]! <= threshold) continue;
    flagged[row] = 1;
    const subject = `${peak.kind} ${peak.host} ${peak.subject}`;
    fact[row] = subjects.get(subject) ?? subjects.size;
    subjects.set(subject, fact[row]!);
  }
  return {
    name: NAME,
    score: surprise,
    surprise,
    flagged,
    fact,
    calibration: calibrate(peaks.map((peak) => peak.surprise)),
    modelHash: contentId([NAME, minutes]),
    describe: (row) => {
      const peak = peaks[peakOf[row]!];
      if (!peak) return '';
      const what =
        peak.kind === 'template'
          ? `'${templateText(peak.subject)}'`
          : `${peak.kind} ${events.entityTable.entity(peak.subject).value}`;
      const usual =
        peak.most === 0 ? 'never seen otherwise' : `usually ${round(peak.usual)}, at most ${round(peak.most)}`;
      return `${what} ${peak.count} times in ${minutes} min (${usual})`;
    },
  };
}

// --- internal ---

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
