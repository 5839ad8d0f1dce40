import { CaracalError } from '../errors.ts';
import { checkModelDirectory, readModel, type StoredModel, writeModel } from '../files/index.ts';
import type { DetectorModel, Feedback } from '../models/index.ts';
import { decodeParser } from '../parse/index.ts';
import { type Judged, type JudgedEvent, judge } from '../pipeline/index.ts';
import { readWhole } from '../read/index.ts';
import { selectSequences } from '../sequence/index.ts';
import { readDetectInput } from './detect-input.ts';
import type { DetectInput } from './detect-report.ts';
import { type Marks, marksOf } from './feedback-marks.ts';
import { trainingOptions } from './flags.ts';
import { detectorOfModel } from './models.ts';
import type { InputWarning } from './warnings.ts';

/** What verdicts on findings do to a model. */
export interface FeedbackReceipt {
  readonly input: DetectInput;
  readonly marks: Marks;
  readonly before: Judged;
  readonly after: Judged;
  /** Findings that are none any more, marked or not. */
  readonly silenced: readonly JudgedEvent[];
  /** Marked findings that still are. */
  readonly remaining: readonly JudgedEvent[];
  /** Findings that were none before. */
  readonly arisen: readonly JudgedEvent[];
  /** Sessions labelled anomalous that are not flagged any more, by index. */
  readonly lostSessions: readonly number[];
  /** Updates that the model has had, this one among them. */
  readonly updates: number;
  readonly warnings: readonly InputWarning[];
}

/** What the command line says of an update. */
export interface FeedbackRequest extends Readonly<Record<string, unknown>> {
  readonly _: readonly string[];
  readonly 'model-dir': string;
  readonly 'false-positive'?: string | undefined;
  readonly verdicts?: string | undefined;
  readonly out: string;
  /** Whether the model is written. */
  readonly yes?: boolean | undefined;
}

/**
 * Teaches a saved model what findings in an input are false positives, judges the input by
 * it once more, and writes it where that is wanted.
 *
 * @throws CaracalError `E_MODEL_KIND` for a model that learns nothing from verdicts, and as
 *   `readModel`, `readDetectInput`, `marksOf` and `writeModel`
 */
export async function modelFeedback(args: FeedbackRequest): Promise<FeedbackReceipt> {
  const { verdicts } = args;
  const options = trainingOptions(args);
  await checkModelDirectory(args.out);
  const stored = await readModel(args['model-dir']);
  const file =
    verdicts === undefined ? undefined : { name: verdicts, text: new TextDecoder().decode(await readWhole(verdicts)) };
  const detector = detectorOfModel(stored.model.description.kind, args['model-dir']);
  const model = await detector.decode(stored.model);
  try {
    if (!model.update) {
      const { kind } = stored.model.description;
      throw new CaracalError(
        'E_MODEL_KIND',
        `${args['model-dir']}: a ${kind} model learns nothing from verdicts. Use a deeplog model, or train ${kind} anew with these sessions.`,
      );
    }
    const input = await readDetectInput('feedback', stored, detector.values === true, args);
    const before = await judged(model, input, stored);
    const marks = marksOf({ list: args['false-positive'], file }, before, input);
    const fit = { seed: options.seed, ...(options.threads === undefined ? {} : { threads: options.threads }) };
    const updated = await model.update(feedbackOf(marks, input), fit);
    try {
      const after = await judged(updated, input, stored);
      const parser = parserAfter(stored, input);
      if (args.yes === true) {
        await writeModel(args.out, {
          model: await updated.encode(),
          judgement: stored.judgement,
          ...(parser.bytes ? { parser: parser.bytes } : {}),
          ...(stored.session === undefined ? {} : { session: stored.session }),
        });
      }
      const updates = Number(updated.description.hyperParameters.updates ?? 1);
      const warnings = [...input.warnings, ...parser.warnings];
      return { input, marks, before, after, ...compared(before, after, marks, input), updates, warnings };
    } finally {
      await updated.dispose();
    }
  } finally {
    await model.dispose();
  }
}

// --- internal ---

/** The vocabulary is the model's own: an update may have added keys. */
function judged(model: DetectorModel, { set }: DetectInput, { judgement }: StoredModel): Promise<Judged> {
  return judge(model, set, { ...judgement, vocabulary: model.description.vocabulary });
}

/** The sequences that hold marked findings, with these as rows. */
function feedbackOf({ normal, normalSessions }: Marks, { set }: DetectInput): Feedback {
  const whole = new Set(normalSessions);
  const positions = new Map<number, number[]>();
  for (const { sequence, position } of normal) {
    const known = positions.get(sequence);
    if (known) known.push(position);
    else positions.set(sequence, [position]);
  }
  const chosen = [...new Set([...positions.keys(), ...whole])].sort((a, b) => a - b);
  const rows: number[] = [];
  let begin = 0;
  for (const sequence of chosen) {
    const length = set.offsets[sequence + 1]! - set.offsets[sequence]! + (set.closed[sequence] ? 1 : 0);
    const marked = whole.has(sequence) ? Array.from({ length }, (_, i) => i) : (positions.get(sequence) ?? []);
    rows.push(...marked.map((position) => begin + position));
    begin += length;
  }
  return { sequences: selectSequences(set, chosen), rows };
}

function compared(before: Judged, after: Judged, marks: Marks, { set }: DetectInput) {
  const name = ({ sequence, position }: JudgedEvent): string => `${sequence} ${position}`;
  const flagged = ({ events }: Judged) => events.filter(({ flags }) => flags.length > 0);
  const were = new Set(flagged(before).map(name));
  const are = new Set(flagged(after).map(name));
  return {
    silenced: flagged(before).filter((event) => !are.has(name(event))),
    remaining: [...marks.normal].filter((event) => are.has(name(event))),
    arisen: flagged(after).filter((event) => !were.has(name(event))),
    lostSessions: Array.from({ length: set.count }, (_, s) => s).filter(
      (s) => set.labels?.[s] === 1 && before.flagged[s] === 1 && after.flagged[s] !== 1,
    ),
  };
}

/**
 * The parser that goes with the updated model: as it is after this input, so that lines
 * like the marked ones get the same keys elsewhere. Where a template that the model has
 * learned values of became more general meanwhile, its parameters are others, and the
 * parser stays as it was.
 */
function parserAfter(
  { parser, model }: StoredModel,
  { logs, file }: DetectInput,
): { readonly bytes: Uint8Array | undefined; readonly warnings: readonly InputWarning[] } {
  if (!parser || !logs) return { bytes: parser, warnings: [] };
  const now = new Set(logs.parser.templates().map(({ id }) => id));
  const known = new Set(model.description.vocabulary);
  const changed = decodeParser(parser)
    .templates()
    .filter(({ id }) => known.has(id) && !now.has(id)).length;
  const values = model.files.has('parameters.json');
  if (changed === 0 || !values) return { bytes: logs.parser.encode(), warnings: [] };
  const note =
    'templates that the model has learned values of became more general in this input; the parser stays as it was, and lines that were never seen before may get other keys elsewhere';
  return { bytes: parser, warnings: [{ code: 'parser-kept', file, count: changed, firstLine: 0, note }] };
}
