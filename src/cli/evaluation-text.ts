import { type EvaluateReport, VALIDATION_FLAG_RATE } from '../evaluate/index.ts';
import type { InputFacts } from './evaluation-input.ts';
import { type Column, count, percent, plural, table } from './text.ts';

/** One evaluation of a sweep of window sizes. */
export interface WindowReport {
  readonly window: number;
  readonly report: EvaluateReport;
}

/** One table of all windows. The window is to be chosen by what held-out sessions say of it, the perplexity. */
export function sweepText(reports: readonly WindowReport[], input: InputFacts, width: number): string {
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
    width,
  )}
* with the best threshold chosen on the test labels: an upper bound, not a result.
Perplexity is that of held-out normal sessions: choose the window by it, not by the test.
${splitText(input)}`;
}

/** One evaluation, its floors beside. */
export function evaluationText(report: EvaluateReport, input: InputFacts, width: number): string {
  const { sequences, leaks, eventLevel } = report;
  const rows = [
    { name: `${report.model} (seed ${report.seed})`, ...report },
    ...Object.entries(report.baselines).map(([name, figures]) => ({ name, ...figures })),
  ];
  type Row = (typeof rows)[number];
  const figureColumns = (
    title: string,
    of: (row: Row) => { precision: number; recall: number; f1: number } | undefined,
  ) =>
    [
      { title: `${title}precision`, cell: (row) => figure(of(row)?.precision ?? Number.NaN, 3), align: 'right' },
      { title: `${title}recall`, cell: (row) => figure(of(row)?.recall ?? Number.NaN, 3), align: 'right' },
      { title: `${title}F1`, cell: (row) => figure(of(row)?.f1 ?? Number.NaN, 3), align: 'right' },
    ] satisfies Column<Row>[];
  const share = (value: number): string => value.toFixed(3);
  const line = (name: string, text: string): string => `${name.padEnd(LABEL)}${text}\n`;
  return [
    table(
      rows,
      [
        { title: 'detector', cell: (row) => row.name },
        ...figureColumns('', (row) => row),
        ...(eventLevel ? figureColumns('event ', (row) => row.eventLevel) : []),
      ],
      width,
    ),
    report.beatenBy === null ? '' : `\nbaseline wins: ${report.beatenBy} has the better F1.\n`,
    '\n',
    line(
      'threshold',
      sequences.validation === 0
        ? `${report.threshold}: the floor is surprised by whatever it never saw`
        : `${report.threshold.toFixed(4)} (${report.score}), flags ${percent(report.validationFlagRate)} of ${plural(sequences.validation, 'held-out session')}; the rule allows ${percent(VALIDATION_FLAG_RATE)}`,
    ),
    line('top k', String(report.topK)),
    line('AUROC, AUPRC', `${figure(report.auroc, 3)}, ${figure(report.auprc, 3)}`),
    eventLevel
      ? line(
          'of events',
          `AUROC ${figure(eventLevel.auroc, 3)}, AUPRC ${figure(eventLevel.auprc, 3)}, threshold ${eventLevel.threshold.toFixed(4)}`,
        )
      : '',
    line('MCC', share(report.mcc)),
    Number.isFinite(report.falseAlarmsPerDay)
      ? line(
          'false alarms',
          `${report.falseAlarmsPerDay.toFixed(1)} sessions a day${eventLevel ? `, ${eventLevel.falseAlarmsPerDay.toFixed(1)} events a day` : ''}`,
        )
      : '',
    line(
      'perplexity',
      Number.isFinite(report.perplexity)
        ? `${report.perplexity.toFixed(3)} on held-out events`
        : 'none: the detector predicts no keys',
    ),
    line(
      'delay',
      Number.isFinite(report.detectionDelay)
        ? `${plural(report.detectionDelay, 'event')} from the begin of an anomalous session to the first flag, the median of those found`
        : 'none: no anomalous session is flagged',
    ),
    line(
      'oracle F1',
      `${share(report.oracleF1)} with the best threshold chosen on the test labels: an upper bound, not a result`,
    ),
    line('training', `${report.trainSeconds.toFixed(1)} s on ${plural(sequences.train, 'session')}`),
    line('scoring', `${report.scoreSeconds.toFixed(2)} s, ${count(report.eventsPerSecond)} events/s`),
    line('test', `${plural(sequences.test, 'session')}, ${count(sequences.anomalous)} anomalous`),
    splitText(input),
    line(
      'overlap',
      `${plural(leaks.sharedSessions, 'session')} in training and test, ${count(leaks.testSequencesSeenInTraining)} test sequences equal one in training, ${count(leaks.duplicateTestSequences)} repeat within the test`,
    ),
  ].join('');
}

/** How one input became training and test, as a line; nothing where two inputs were given. */
export function splitText({ split, unlabelledSessions, unmatchedLabels, labels }: InputFacts): string {
  const { by, share = 0, at, across = 0 } = split;
  const crossing =
    across === 0
      ? ''
      : `, ${plural(across, 'session')} that ${across === 1 ? 'goes' : 'go'} on across it ${labels === 'session' ? 'left out' : 'cut in two'}`;
  const how =
    by === 'session'
      ? `${percent(share)} of the sessions, chosen at random, are the test`
      : `the last ${percent(share)} are the test${at === undefined ? '' : `, from ${at}`}${crossing}`;
  return [
    by === 'files' ? '' : `${'split'.padEnd(LABEL)}${how}\n`,
    unlabelledSessions + unmatchedLabels === 0
      ? ''
      : `${'labels'.padEnd(LABEL)}${plural(unlabelledSessions, 'test session')} without a label, not judged; ${plural(unmatchedLabels, 'label')} that fit nothing there\n`,
  ].join('');
}

// --- internal ---

/** Width of the names in front of lines. */
const LABEL = 16;

function figure(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}
