import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { type EvaluateReport, evaluate, VALIDATION_FLAG_RATE } from '../../evaluate/index.ts';
import { flags, trainingFlags, trainingOptions } from '../flags.ts';
import type { Io } from '../io.ts';
import { detectorNamed } from '../models.ts';
import { createProgress } from '../progress.ts';
import { round } from '../results.ts';
import { normalAlone, readSequences } from '../sequences.ts';
import { count, percent, plural, table } from '../text.ts';
import { writeWarnings } from '../warnings.ts';

/** `caracal evaluate`: metrics of a model on labelled sequences, beside the floors. */
export const evaluateCommand = defineCommand({
  args: {
    train: { type: 'string', required: true, valueHint: 'file', description: 'sequence CSV of normal sessions' },
    test: { type: 'string', required: true, valueHint: 'file', description: 'sequence CSV with labels' },
    ...trainingFlags,
    score: flags.score,
    'keys-column': flags['keys-column'],
    'label-column': flags['label-column'],
    'id-column': flags['id-column'],
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const detector = detectorNamed(args.model);
    const options = trainingOptions(args);
    if (args.score !== 'nll' && args.score !== 'top-k') {
      throw new CaracalError('E_USAGE', `--score ${args.score}: there is no such rule. Use nll or top-k.`);
    }
    const columns = { keys: args['keys-column'], id: args['id-column'] };
    const train = normalAlone(await readSequences(args.train, columns));
    const test = await readSequences(args.test, { ...columns, label: args['label-column'] ?? 'label' });
    writeWarnings([...train.warnings, ...test.warnings], io);

    const progress = createProgress(io);
    try {
      const report = await evaluate(detector, train.set, test.set, {
        ...options,
        score: args.score,
        onEpoch: ({ epoch, epochs, validationLoss }) =>
          progress.update(`training, validation loss ${validationLoss.toFixed(4)}`, epoch / epochs),
      });
      progress.stop();
      io.out(args.json ? `${JSON.stringify(reportJson(report))}\n` : reportText(report, io));
    } finally {
      progress.stop();
    }
  },
});

// --- internal ---

/** The JSON contract: one object. Numbers JSON cannot hold become null. */
function reportJson(report: EvaluateReport): object {
  return { type: 'metrics', ...(roundAll(report) as object) };
}

function roundAll(value: unknown): unknown {
  if (typeof value === 'number') return round(value);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, roundAll(part)]));
}

function reportText(report: EvaluateReport, io: Io): string {
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
oracle F1       ${share(report.oracleF1)} with the best threshold chosen on the test labels: an upper bound, not a result
training        ${report.trainSeconds.toFixed(1)} s on ${plural(sequences.train, 'session')}
scoring         ${report.scoreSeconds.toFixed(2)} s, ${count(report.eventsPerSecond)} events/s
test            ${plural(sequences.test, 'session')}, ${count(sequences.anomalous)} anomalous
overlap         ${plural(leaks.sharedSessions, 'session')} in training and test, ${count(leaks.testSequencesSeenInTraining)} test sequences equal one in training, ${count(leaks.duplicateTestSequences)} repeat within the test
`,
  ].join('');
}
