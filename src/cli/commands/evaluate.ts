import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { evaluate } from '../../evaluate/index.ts';
import { checkModelDirectory, writeModel } from '../../files/index.ts';
import type { PredictionAccuracy } from '../../score/index.ts';
import { openFoldThreads } from '../../workers/index.ts';
import { evaluationFlags, type InputFacts, readEvaluation } from '../evaluation-input.ts';
import { evaluationText, sweepText, type WindowReport } from '../evaluation-text.ts';
import { flags, trainingFlags, trainingOptions } from '../flags.ts';
import type { Io } from '../io.ts';
import { detectorNamed } from '../models.ts';
import { createProgress } from '../progress.ts';
import { roundedJson } from '../rounded-json.ts';
import { recorded, runFlag } from '../run-flag.ts';
import { scoreRule } from '../score-flag.ts';
import { trainingProgress } from '../training-progress.ts';
import { writeWarnings } from '../warnings.ts';

/** `caracal evaluate`: metrics of a model on labelled sequences, beside the floors. */
export const evaluateCommand = defineCommand({
  args: {
    ...evaluationFlags,
    ...trainingFlags,
    window: {
      ...trainingFlags.window,
      description: `${trainingFlags.window.description}; several, as 10,20,50, to sweep`,
    },
    score: flags.score,
    out: { type: 'string', valueHint: 'dir', description: 'also write the model directory' },
    ...runFlag,
    json: { type: 'boolean', description: 'one JSON line on stdout instead of tables' },
  },
  async run({ args, data: given }) {
    const io = given as Io;
    const detector = detectorNamed(args.model);
    const windows = args.window?.split(',') ?? [undefined];
    const runs = windows.map((window) => trainingOptions({ ...args, window }));
    const score = scoreRule(args.score);
    if (args.out !== undefined && windows.length > 1) {
      throw new CaracalError('E_USAGE', '--out takes one model, and --window names several. Name one window.');
    }
    if (args.out !== undefined) await checkModelDirectory(args.out);
    const { train, test, input, ...data } = await readEvaluation(args, detector.values === true);
    writeWarnings(data.warnings, io);

    const progress = createProgress(io);
    try {
      const reports: WindowReport[] = [];
      for (const [i, options] of runs.entries()) {
        const begun = { command: 'evaluate', model: detector.name, ...options, train: input.train, test: input.test };
        const report = await recorded(args.runs, begun, io, async (run) => {
          const shown = trainingProgress(progress, i / runs.length, 1 / runs.length);
          let tested: PredictionAccuracy | undefined;
          const result = await evaluate(detector, train, test, {
            ...options,
            foldThreads: openFoldThreads(options.threads),
            score,
            ...(data.holdOut ? { holdOut: data.holdOut } : {}),
            testEvents: data.testEvents,
            ...shown,
            onEpoch: (epoch) => {
              shown.onEpoch(epoch);
              run.onEpoch(epoch);
            },
            onModel: async ({ model, ...rest }) => {
              tested = rest.test;
              if (args.out === undefined) return;
              const { parser, session } = data;
              await writeModel(args.out, {
                model: await model.encode(),
                ...rest,
                ...(parser ? { parser } : {}),
                ...(session === undefined ? {} : { session }),
              });
            },
          });
          run.end({ report: result, ...(tested ? { test: tested } : {}) });
          return result;
        });
        reports.push({ window: options.window ?? 0, report });
      }
      progress.stop();
      io.out(args.json ? `${JSON.stringify(reportJson(reports, input))}\n` : reportText(reports, input, io));
    } finally {
      progress.stop();
    }
  },
});

// --- internal ---

/** The JSON contract: one object, and for a sweep one that holds those of all windows. */
function reportJson(reports: readonly WindowReport[], input: InputFacts): unknown {
  const [first] = reports;
  if (reports.length === 1) return roundedJson({ type: 'metrics', ...first?.report, input });
  const windows = reports.map(({ window, report }) => ({ window, ...report }));
  return roundedJson({ type: 'metrics', model: first?.report.model, seed: first?.report.seed, windows, input });
}

function reportText(reports: readonly WindowReport[], input: InputFacts, io: Io): string {
  const [first] = reports;
  return reports.length === 1 && first
    ? evaluationText(first.report, input, io.width)
    : sweepText(reports, input, io.width);
}
