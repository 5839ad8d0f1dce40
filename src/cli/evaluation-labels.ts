import { CaracalError } from '../errors.ts';
import { type Labels, labelSequences, parseLabels, type Truth, truthOf } from '../evaluate/index.ts';
import { readWhole } from '../read/index.ts';
import { cutSequences } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import type { EvaluationSide } from './evaluation-side.ts';
import { normalAlone, type SequenceFile } from './sequences.ts';
import type { InputWarning } from './warnings.ts';

/** Ground truth of a side, and what of the labels fits nothing there. */
export interface SideTruth {
  /** Absent where the sequences themselves carry their labels. */
  readonly truth?: Truth;
  readonly unmatched: number;
  readonly warnings: readonly InputWarning[];
}

/**
 * Reads a file of labels, packed or not; `undefined` where none was named.
 *
 * @throws CaracalError as `readWhole` and `parseLabels`
 */
export async function readLabels(
  file: string | undefined,
  columns: { readonly label: string | undefined; readonly id: string | undefined },
): Promise<Labels | undefined> {
  return file === undefined ? undefined : parseLabels(new TextDecoder().decode(await readWhole(file)), file, columns);
}

/**
 * The ground truth of the input that is judged.
 *
 * @throws CaracalError `E_FORMAT_INVALID` where no label fits anything in it
 */
export function truthOfSide(side: EvaluationSide, labels: Labels | undefined): SideTruth {
  if (!labels) return { ...(side.truth ? { truth: side.truth } : {}), unmatched: 0, warnings: [] };
  const { truth, matched, unmatched, example } = truthOf(labels, side);
  const { file } = labels;
  if (matched === 0) {
    const there =
      labels.unit === 'session'
        ? `The test has sessions such as '${side.set.ids[0] ?? ''}': choose them with --session, or the column of the ids with --id-column.`
        : 'Check that they belong to these files, and for times --year and --timezone.';
    throw new CaracalError(
      'E_FORMAT_INVALID',
      `${file}: no label fits anything in the test, '${example}' for one. ${there}`,
      {
        file,
      },
    );
  }
  const note = `the label fits nothing in the test, '${example}' for one`;
  const warnings = unmatched === 0 ? [] : [{ code: 'unmatched-label', file, count: unmatched, firstLine: 0, note }];
  return { truth, unmatched, warnings };
}

/** The labelled sequences of a test, and what is left out because it has no label. */
export function labelledPart(
  set: SequenceSet,
  truth: Truth | undefined,
  file: string,
): { readonly set: SequenceSet; readonly unlabelled: number; readonly warnings: readonly InputWarning[] } {
  if (!truth) return { set, unlabelled: 0, warnings: oneSided(set, file) };
  const { set: known, unlabelled } = labelSequences(set, truth);
  const note = 'the session has no label and is not judged, because the labels name normal ones too';
  const unknown = unlabelled === 0 ? [] : [{ code: 'unlabelled-session', file, count: unlabelled, firstLine: 0, note }];
  return { set: known, unlabelled, warnings: [...unknown, ...oneSided(known, file)] };
}

/**
 * What is not known to be anomalous, to learn from: whole sequences where sessions have
 * labels, else all events but the anomalous ones.
 *
 * @throws CaracalError `E_TOO_LITTLE_DATA` where that leaves nothing
 */
export function normalPart(set: SequenceSet, truth: Truth | undefined, file: string): SequenceFile {
  if (!truth) return normalAlone({ file, set, warnings: [] });
  if (truth.unit === 'session') {
    const labels = Uint8Array.from(set.ids, (id) => (truth.of(id) === 1 ? 1 : 0));
    return normalAlone({ file, set: { ...set, labels }, warnings: [] });
  }
  const anomalous = (position: number): boolean => truth.events[set.events?.[position] ?? -1] === 1;
  const count = set.keys.reduce((sum, _, position) => sum + Number(anomalous(position)), 0);
  if (count === 0) return { file, set, warnings: [] };
  const normal = cutSequences(set, (position) => !anomalous(position));
  if (normal.count === 0) {
    const message = `${file}: every event is labelled as anomalous, so there is nothing normal to learn from. Add normal ones.`;
    throw new CaracalError('E_TOO_LITTLE_DATA', message, { file });
  }
  const note = 'the event is labelled as anomalous and was left out, for only what is normal is learned';
  return {
    file,
    set: normal,
    warnings: [{ code: 'labelled-event', file, count, firstLine: 0, note }],
  };
}

// --- internal ---

/** A test of one kind of session tells nothing of how well the two are told apart. */
function oneSided({ count, labels }: SequenceSet, file: string): InputWarning[] {
  const anomalous = labels?.reduce((sum, label) => sum + label, 0) ?? 0;
  if (!labels || count === 0 || (anomalous > 0 && anomalous < count)) return [];
  const kind = anomalous === 0 ? 'none' : 'every one';
  const note = `${kind} of the test's sessions is anomalous, so the figures say nothing of how well normal and anomalous are told apart; use another test, --split or --test-split`;
  return [{ code: 'one-sided-test', file, count, firstLine: 0, note }];
}
