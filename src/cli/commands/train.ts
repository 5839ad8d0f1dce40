import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { checkModelDirectory, writeModel } from '../../files/index.ts';
import { ingest, learn } from '../../pipeline/index.ts';
import type { PredictionAccuracy } from '../../score/index.ts';
import type { SequenceSet } from '../../types.ts';
import { openFoldThreads } from '../../workers/index.ts';
import { checkpointFlags, checkpointsOf, type Resumed } from '../checkpoint-flags.ts';
import { flags, numberFlag, trainingFlags, trainingOptions } from '../flags.ts';
import type { Io } from '../io.ts';
import { ingestOptions, logFlags } from '../log-flags.ts';
import { detectorNamed } from '../models.ts';
import { createProgress } from '../progress.ts';
import { type LineCounts, lineCounts, round } from '../results.ts';
import { roundedJson } from '../rounded-json.ts';
import { recorded, runFlag } from '../run-flag.ts';
import { normalAlone, readSequences, sequenceCsvAmong } from '../sequences.ts';
import { count, neutral, percent, plural } from '../text.ts';
import { trainingProgress } from '../training-progress.ts';
import { type InputWarning, writeJsonWarnings, writeWarnings } from '../warnings.ts';

/** `caracal train`: a model directory from normal logs or a sequence CSV. */
export const train = defineCommand({
  args: {
    file: { type: 'positional', required: false, description: 'normal logs, or one sequence CSV' },
    out: { type: 'string', required: true, valueHint: 'dir', description: 'model directory to write' },
    ...logFlags,
    ...trainingFlags,
    ...checkpointFlags,
    ...runFlag,
    'test-split': {
      type: 'string',
      default: '0',
      valueHint: 'share',
      description: 'share of the training sequences kept apart to test the model at the end',
    },
    'keys-column': flags['keys-column'],
    'label-column': flags['label-column'],
    'id-column': flags['id-column'],
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const detector = detectorNamed(args.model);
    const options = trainingOptions(args);
    const testSplit = numberFlag('test-split', args['test-split'], { least: 0, most: 0.9 });
    // Before the input is read, which may take long.
    await checkModelDirectory(args.out);
    const checkpoints = await checkpointsOf(args);
    const input = await trainingInput(args._, detector.values === true, args);
    const progress = createProgress(io);
    const begun = { command: 'train', model: detector.name, ...options, files: args._, events: input.events };
    try {
      const learned = await recorded(args.runs, begun, io, async (run) => {
        const shown = trainingProgress(progress);
        const result = await learn(detector, input.set, {
          ...options,
          foldThreads: openFoldThreads(options.threads),
          ...checkpoints.options,
          ...(testSplit === undefined ? {} : { testSplit }),
          ...shown,
          onEpoch: (report) => {
            shown.onEpoch(report);
            run.onEpoch(report);
          },
        });
        const { model, judgement, test } = result;
        try {
          await writeModel(args.out, {
            model: await model.encode(),
            judgement,
            ...(test ? { test } : {}),
            ...(input.parser ? { parser: input.parser } : {}),
            ...(args.session === undefined ? {} : { session: args.session }),
          });
        } finally {
          await model.dispose();
        }
        const { threshold } = judgement;
        run.end({ out: args.out, sequences: result.sequences, threshold, ...(test ? { test } : {}) });
        return result;
      });
      await checkpoints.done();
      progress.stop();
      const { test } = learned;
      const { description } = learned.model;
      const { calibration, threshold } = learned.judgement;
      const last = description.history.at(-1);
      const warnings = [
        ...input.warnings,
        ...(learned.sequences.validation > 0 ? [] : [nothingHeldOut(args)]),
        ...(args.checkpoint !== undefined && description.history.length === 0
          ? [noSteps(args.checkpoint, detector.name)]
          : []),
      ];
      const resumed = checkpoints.resumed();
      const summary = {
        type: 'summary',
        out: args.out,
        model: description.kind,
        ...learned.sequences,
        ...input.lines,
        events: input.events,
        keys: description.vocabulary.length,
        epochs: last?.epoch ?? 0,
        ...(resumed ? { resumed } : {}),
        validationLoss: last && Number.isFinite(last.validationLoss) ? round(last.validationLoss) : null,
        threshold: Number.isFinite(threshold) ? round(threshold) : null,
        validationFlagRate: round(learned.validationFlagRate),
        calibrated: calibration.calibrated,
        ...(test ? { test: roundedJson(test) } : {}),
      };
      if (args.json) {
        writeJsonWarnings(warnings, io);
        io.out(`${JSON.stringify(summary)}\n`);
      } else {
        writeWarnings(warnings, io);
        io.out(
          `${neutral(args.out)}: ${description.kind}, ${plural(summary.keys, 'key')}, learned from ${plural(summary.events, 'event')} in ${plural(summary.train, 'session')} (${summary.folds > 1 ? `held out in turn, in ${summary.folds} parts` : `${count(summary.validation)} held out`}).\n` +
            `${plural(summary.epochs, 'epoch')}${resumed ? ` (${resumedText(resumed)})` : ''}, ${thresholdText(summary)}.\n` +
            (test ? `${testText(test)}\n` : '') +
            (calibration.calibrated
              ? ''
              : `uncalibrated: only ${plural(calibration.events, 'held-out event')}; severities are a guess below 1,000.\n`),
        );
      }
    } finally {
      progress.stop();
    }
  },
});

// --- internal ---

interface TrainingInput {
  readonly set: SequenceSet;
  readonly parser?: Uint8Array;
  readonly warnings: readonly InputWarning[];
  readonly events: number;
  /** Lines of raw logs, none of a sequence CSV. */
  readonly lines: Partial<LineCounts>;
}

async function trainingInput(
  files: readonly string[],
  values: boolean,
  args: Readonly<Record<string, unknown>>,
): Promise<TrainingInput> {
  if (files.length === 0) {
    throw new CaracalError(
      'E_USAGE',
      'nothing to learn from. Name normal logs or a sequence CSV: caracal train FILE --out DIR',
    );
  }
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const csv = sequenceCsvAmong(files, text('format'));
  if (csv !== undefined) {
    const columns = { keys: text('keys-column'), label: text('label-column'), id: text('id-column') };
    const { set, warnings } = normalAlone(await readSequences(csv, columns));
    return { set, events: set.keys.length, warnings, lines: {} };
  }
  const logs = await ingest(files, { ...ingestOptions(args), ...(values ? { values: 'own' } : {}) });
  await logs.dispose();
  return {
    set: logs.sequences,
    events: logs.events.count,
    parser: logs.parser.encode(),
    warnings: logs.report.warnings,
    lines: lineCounts(logs.report),
  };
}

function nothingHeldOut({ _: files }: { readonly _: readonly string[] }): InputWarning {
  const note =
    'no session could be held out to choose thresholds, so the model flags nothing but what it never saw; learn from more sessions';
  return { code: 'too-few-sessions', file: files.join(', '), count: 1, firstLine: 0, note };
}

function testText({ sequences, loss, top1, top5 }: PredictionAccuracy): string {
  return `test on ${plural(sequences, 'session')} kept apart: loss ${loss.toFixed(4)}, top 1 ${percent(top1)}, top 5 ${percent(top5)}.`;
}

function resumedText({ epoch, part, parts }: Resumed): string {
  return `resumed in epoch ${epoch}${parts > 1 ? ` of training ${part} of ${parts}` : ''}`;
}

function noSteps(directory: string, model: string): InputWarning {
  const note = `${model} is not trained in steps, so it made no checkpoint`;
  return { code: 'no-checkpoint', file: directory, count: 1, firstLine: 0, note };
}

function thresholdText({ threshold, validationFlagRate }: { threshold: number | null; validationFlagRate: number }) {
  return threshold === null
    ? 'no threshold, because no session was held out: only keys never seen will be flagged'
    : `threshold ${threshold.toFixed(4)}, which flags ${percent(validationFlagRate)} of the held-out sessions`;
}
