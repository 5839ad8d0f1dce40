import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { compare } from '../../evaluate/index.ts';
import { checkDirectory, writeDirectory } from '../../files/index.ts';
import { baselines, detectors } from '../../models/index.ts';
import { comparisonPage } from '../../report/index.ts';
import { openFoldThreads } from '../../workers/index.ts';
import { comparisonText } from '../comparison-text.ts';
import { evaluationFlags, readEvaluation } from '../evaluation-input.ts';
import { flags, numberFlag, trainingFlags, trainingOptions } from '../flags.ts';
import type { Io } from '../io.ts';
import { detectorNamed } from '../models.ts';
import { createProgress } from '../progress.ts';
import { roundedJson } from '../rounded-json.ts';
import { recorded, runFlag } from '../run-flag.ts';
import { scoreRule } from '../score-flag.ts';
import { trainingProgress } from '../training-progress.ts';
import { writeWarnings } from '../warnings.ts';

const PAGE = 'compare.html';
const { model: _model, seed: _seed, ...sharedFlags } = trainingFlags;

/** `caracal compare`: detectors side by side on labelled sequences, every baseline beside. */
export const compareCommand = defineCommand({
  args: {
    models: {
      type: 'string',
      default: 'deeplog,logmamba,ensemble',
      valueHint: 'name,name',
      description: 'kinds of model to compare',
    },
    ...evaluationFlags,
    seeds: { type: 'string', default: '1,2,3', valueHint: 'n,n', description: 'seeds to train with' },
    out: {
      type: 'string',
      valueHint: 'dir',
      description: `directory to write ${PAGE} into: curves, histograms, tables`,
    },
    ...sharedFlags,
    score: flags.score,
    ...runFlag,
    json: { type: 'boolean', description: 'one JSON line on stdout instead of tables' },
  },
  async run({ args, data }) {
    const io = data as Io;
    const models = listFlag('models', args.models).map(detectorNamed);
    const seeds = listFlag('seeds', args.seeds).map(
      (text) => numberFlag('seeds', text, { least: 0, most: 2 ** 32 - 1, whole: true }) ?? 1,
    );
    const { seed: _, ...options } = trainingOptions(args);
    const score = scoreRule(args.score);
    if (args.out !== undefined) await checkDirectory(args.out, mayReplace);
    const { train, test, testEvents, holdOut, input, warnings } = await readEvaluation(
      args,
      models.some(({ values }) => values === true),
    );
    writeWarnings(warnings, io);

    const progress = createProgress(io);
    try {
      const beside = baselines.flatMap((name) => detectors[name] ?? []);
      const report = await compare(models, beside, train, test, {
        ...options,
        foldThreads: openFoldThreads(options.threads),
        ...(holdOut ? { holdOut } : {}),
        testEvents,
        score,
        seeds,
        onRun: ({ model, baseline, seed, done, share }, judge) => {
          progress.update(`${model}, seed ${seed}`, done);
          const begun = { command: 'compare', model, ...options, seed, train: input.train, test: input.test };
          return recorded(baseline ? undefined : args.runs, begun, io, async (run) => {
            const shown = trainingProgress(progress, done, share, `${model}, seed ${seed}`);
            const judged = await judge({
              ...shown,
              onEpoch: (epoch) => {
                shown.onEpoch(epoch);
                run.onEpoch(epoch);
              },
            });
            run.end({ figures: judged.figures });
            return judged;
          });
        },
      });
      progress.stop();
      if (args.out !== undefined) {
        const page = comparisonPage(report, input);
        await writeDirectory(args.out, new Map([[PAGE, page]]), mayReplace);
      }
      io.out(
        args.json
          ? `${JSON.stringify(roundedJson({ type: 'metrics', ...report, input }))}\n`
          : comparisonText(report, input, io.width) +
              (args.out === undefined ? '' : `page            ${args.out}/${PAGE}\n`),
      );
    } finally {
      progress.stop();
    }
  },
});

// --- internal ---

function mayReplace(names: readonly string[]): boolean {
  return names.every((name) => name === PAGE);
}

/** The parts of a comma-separated flag, each once. */
function listFlag(name: string, text: string): string[] {
  const parts = [...new Set(text.split(',').map((part) => part.trim()))];
  if (parts.includes('')) {
    throw new CaracalError('E_USAGE', `--${name} ${text}: give one or more, separated by commas.`);
  }
  return parts;
}
