import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { type EvaluateReport, evaluate, VALIDATION_FLAG_RATE } from '../../evaluate/index.ts';
import { checkModelDirectory, writeModel } from '../../files/index.ts';
import type { PredictionAccuracy } from '../../score/index.ts';
import { flags, trainingFlags, trainingOptions } from '../flags.ts';
import type { Io } from '../io.ts';
import { detectorNamed } from '../models.ts';
import { createProgress } from '../progress.ts';
import { roundedJson } from '../rounded-json.ts';
import { recorded, runFlag } from '../run-flag.ts';
import { scoreRule } from '../score-flag.ts';
import { readNormalSequences, readSequences } from '../sequences.ts';
import { count, percent, plural, table } from '../text.ts';
import { trainingProgress } from '../training-progress.ts';
import { writeWarnings } from '../warnings.ts';

/** `caracal evaluate`: metrics of a model on labelled sequences, beside the floors. */
export const evaluateCommand = defineCommand({
  args: {
    train: { type: 'string', required: true, valueHint: 'file', description: 'sequence CSV of normal sessions' },
    test: { type: 'string', required: true, valueHint: 'file', description: 'sequence CSV with labels' },
    ...trainingFlags,
    window: {
      ...trainingFlags.window,
      description: `${trainingFlags.window.description}; several, as 10,20,50, to sweep`,
    },
    score: flags.score,
    out: { type: 'string', valueHint: 'dir', description: 'also write the model directory' },
    ...runFlag,
    'keys-column': flags['keys-column'],
    'label-column': flags['label-column'],
    'id-column': flags['id-column'],
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const detector = detectorNamed(args.model);
    const windows = args.window?.split(',') ?? [undefined];
    const runs = windows.map((window) => trainingOptions({ ...args, window }));
    const score = scoreRule(args.score);
    if (args.out !== undefined && windows.length > 1) {
      throw new CaracalError('E_USAGE', '--out takes one model, and --window names several. Name one window.');
    }
    if (args.out !== undefined) await checkModelDirectory(args.out);
    const label = args['label-column'];
    const columns = { keys: args['keys-column'], id: args['id-column'], label };
    const train = await readNormalSequences(args.train, columns);
    const test = await readSequences(args.test, { ...columns, label: label ?? 'label' });
    writeWarnings([...train.warnings, ...test.warnings], io);

    const progress = createProgress(io);
    try {
      const reports: WindowReport[] = [];
      for (const [i, options] of runs.entries()) {
        const begun = { command: 'evaluate', model: detector.name, ...options, train: args.train, test: args.test };
        const report = await recorded(args.runs, begun, io, async (run) => {
          const shown = trainingProgress(progress, i / runs.length, 1 / runs.length);
          let tested: PredictionAccuracy | undefined;
          const result = await evaluate(detector, train.set, test.set, {
            ...options,
            score,
            ...shown,
            onEpoch: (epoch) => {
              shown.onEpoch(epoch);
              run.onEpoch(epoch);
            },
            onModel: async ({ model, ...rest }) => {
              tested = rest.test;
              if (args.out !== undefined) await writeModel(args.out, { model: await model.encode(), ...rest });
            },
          });
          run.end({ report: result, ...(tested ? { test: tested } : {}) });
          return result;
        });
        reports.push({ window: options.window ?? 0, report });
      }
      progress.stop();
      io.out(args.json ? `${JSON.stringify(reportJson(reports))}\n` : reportText(reports, io));
    } finally {
      progress.stop();
    }
  },
});

// --- internal ---

/** One evaluation of a sweep of window sizes. */
interface WindowReport {
  readonly window: number;
  readonly report: EvaluateReport;
}

/** The JSON contract: one object, and for a sweep one that holds those of all windows. */
function reportJson(reports: readonly WindowReport[]): unknown {
  const [first] = reports;
  if (reports.length === 1) return roundedJson({ type: 'metrics', ...first?.report });
  const windows = reports.map(({ window, report }) => ({ window, ...report }));
  return roundedJson({ type: 'metrics', model: first?.report.model, seed: first?.report.seed, windows });
}

function reportText(reports: readonly WindowReport[], io: Io): string {
  const [first] = reports;
  return reports.length === 1 && first ? singleText(first.report, io) : sweepText(reports, io);
}

/** One table of all windows. The window is to be chosen by what held-out sessions say of it, the perplexity. */
function sweepText(reports: readonly WindowReport[], io: Io): string {
  const figures = ['precision', 'recall', 'f1', 'auroc', 'auprc', 'mcc', 'oracleF1', 'perplexity'] as const;
  const titles: Partial<Record<(typeof figures)[number], string>> = {
    f1: 'F1',
    auroc: 'AUROC',
    auprc: 'AUPRC',
    mcc: 'MCC',
    oracleF1: 'oracle F1*',
  };
  return `${table(
    reports,
    [
      { title: 'window', cell: ({ window }) => String(window), align: 'right' },
      ...figures.map((name) => ({
        title: titles[name] ?? name,
        cell: ({ report }: WindowReport) => report[name].toFixed(3),
        align: 'right' as const,
      })),
      { title: 'train s', cell: ({ report }) => report.trainSeconds.toFixed(1), align: 'right' },
      { title: 'events/s', cell: ({ report }) => count(report.eventsPerSecond), align: 'right' },
    ],
    io.width,
  )}
* with the best threshold chosen on the test labels: an upper bound, not a result.
Perplexity is that of held-out normal sessions: choose the window by it, not by the test.
`;
}

function singleText(report: EvaluateReport, io: Io): string {
  const { sequences, leaks } = report;
  const rows = [
    { name: `${report.model} (seed ${report.seed})`, ...report },
    ...Object.entries(report.baselines).map(([name, figures]) => ({ name, ...figures })),
  ];
  const best = rows.slice(1).reduce((a, b) => (b.f1 > a.f1 ? b : a));
  const share = (value: number): string => value.toFixed(3);
  return [
    table(
      rows,
      [
        { title: 'detector', cell: (row) => row.name },
        { title: 'precision', cell: (row) => share(row.precision), align: 'right' },
        { title: 'recall', cell: (row) => share(row.recall), align: 'right' },
        { title: 'F1', cell: (row) => share(row.f1), align: 'right' },
      ],
      io.width,
    ),
    best.f1 > report.f1 ? `\nbaseline wins: ${best.name} has the better F1.\n` : '',
    `
threshold       ${report.threshold.toFixed(4)} (${report.score}), flags ${percent(report.validationFlagRate)} of ${plural(sequences.validation, 'held-out session')}; the rule allows ${percent(VALIDATION_FLAG_RATE)}
top k           ${report.topK}
AUROC, AUPRC    ${share(report.auroc)}, ${share(report.auprc)}
MCC             ${share(report.mcc)}
perplexity      ${Number.isFinite(report.perplexity) ? `${report.perplexity.toFixed(3)} on held-out events` : 'none: the detector predicts no keys'}
delay           ${Number.isFinite(report.detectionDelay) ? `${plural(report.detectionDelay, 'event')} from the begin of an anomalous session to the first flag, the median of those found` : 'none: no anomalous session is flagged'}
oracle F1       ${share(report.oracleF1)} with the best threshold chosen on the test labels: an upper bound, not a result
training        ${report.trainSeconds.toFixed(1)} s on ${plural(sequences.train, 'session')}
scoring         ${report.scoreSeconds.toFixed(2)} s, ${count(report.eventsPerSecond)} events/s
test            ${plural(sequences.test, 'session')}, ${count(sequences.anomalous)} anomalous
overlap         ${plural(leaks.sharedSessions, 'session')} in training and test, ${count(leaks.testSequencesSeenInTraining)} test sequences equal one in training, ${count(leaks.duplicateTestSequences)} repeat within the test
`,
  ].join('');
}
