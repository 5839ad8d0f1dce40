import type { CompareReport, CompareResult, EventFigures, FigureName } from '../evaluate/index.ts';
import type { InputFacts } from './evaluation-input.ts';
import { splitText } from './evaluation-text.ts';
import { type Column, count, plural, table } from './text.ts';

/** A comparison as tables for a terminal. */
export function comparisonText(report: CompareReport, input: InputFacts, width: number): string {
  const { results, seeds, sequences, leaks } = report;
  const several = seeds.length > 1;
  const perDay = results.some(({ mean }) => Number.isFinite(mean.falseAlarmsPerDay));
  const share = (name: FigureName) => (row: CompareResult) => figure(row.mean[name], 3);
  const pairs = report.agreement.filter(({ a, b }) => report.models.includes(a) && report.models.includes(b));
  return [
    table(
      results,
      [
        { title: 'detector', cell: ({ model, baseline }) => (baseline ? `${model} (baseline)` : model) },
        { title: 'F1', cell: share('f1'), align: 'right' },
        ...(several ? [{ title: '±', cell: ({ spread }: CompareResult) => spread.f1.toFixed(3) }] : []),
        { title: 'precision', cell: share('precision'), align: 'right' },
        { title: 'recall', cell: share('recall'), align: 'right' },
        { title: 'AUROC', cell: share('auroc'), align: 'right' },
        { title: 'AUPRC', cell: share('auprc'), align: 'right' },
        { title: 'MCC', cell: share('mcc'), align: 'right' },
        { title: 'oracle F1*', cell: share('oracleF1'), align: 'right' },
      ],
      width,
    ),
    `
* with the best threshold chosen on the test labels: an upper bound, not a result
`,
    eventTable(results, width),
    `
${costTable(results, perDay, width)}
`,
    ...report.beaten.map(
      ({ model, by }) =>
        `baseline wins: ${by} has the better F1 than ${model} (${f1Of(report, by)} against ${f1Of(report, model)}).\n`,
    ),
    pairs.length > 0 ? `\n${agreementTable(report, pairs, width)}` : '',
    `
seeds           ${seeds.join(', ')}: the mean${several ? ' (± is the standard deviation)' : ''}; agreement is that of seed ${seeds[0]}
test            ${plural(sequences.test, 'session')}, ${count(sequences.anomalous)} anomalous; ${plural(sequences.train, 'session')} to learn from
delay           events from the begin of an anomalous session to the first flag, the median of those found
${perDay ? 'false/day       normal sessions (or events) flagged for each day that the test spans\n' : ''}overlap         ${plural(leaks.sharedSessions, 'session')} in training and test, ${count(leaks.testSequencesSeenInTraining)} test sequences equal one in training, ${count(leaks.duplicateTestSequences)} repeat within the test
${splitText(input)}`,
  ].join('');
}

// --- internal ---

function costTable(results: readonly CompareResult[], perDay: boolean, width: number): string {
  const number = (title: string, name: FigureName, digits: number): Column<CompareResult> => ({
    title,
    cell: ({ mean }) => (digits === 0 && Number.isFinite(mean[name]) ? count(mean[name]) : figure(mean[name], digits)),
    align: 'right',
  });
  return table(
    results,
    [
      { title: 'detector', cell: ({ model }) => model },
      number('delay', 'detectionDelay', 0),
      ...(perDay ? [number('false/day', 'falseAlarmsPerDay', 1)] : []),
      number('perplexity', 'perplexity', 3),
      number('train s', 'trainSeconds', 1),
      number('events/s', 'eventsPerSecond', 0),
    ],
    width,
  );
}

/** The same for single events, where they have labels. */
function eventTable(results: readonly CompareResult[], width: number): string {
  const levels = results.flatMap(({ model, mean: { eventLevel } }) => (eventLevel ? [{ model, ...eventLevel }] : []));
  if (levels.length === 0) return '';
  type Row = (typeof levels)[number];
  const share = (title: string, name: keyof EventFigures, digits = 3) => ({
    title,
    cell: (row: Row) => figure(row[name], digits),
    align: 'right' as const,
  });
  return `
${table(
  levels,
  [
    { title: 'of single events', cell: ({ model }) => model },
    share('F1', 'f1'),
    share('precision', 'precision'),
    share('recall', 'recall'),
    share('AUROC', 'auroc'),
    share('AUPRC', 'auprc'),
    share('false/day', 'falseAlarmsPerDay', 1),
  ],
  width,
)}
`;
}

function agreementTable({ top }: CompareReport, pairs: CompareReport['agreement'], width: number): string {
  return table(
    pairs,
    [
      { title: 'agreement', cell: ({ a, b }) => `${a}, ${b}` },
      { title: 'Spearman', cell: ({ spearman }) => figure(spearman, 3), align: 'right' },
      { title: 'Pearson', cell: ({ pearson }) => figure(pearson, 3), align: 'right' },
      { title: 'Kendall', cell: ({ kendall }) => figure(kendall, 3), align: 'right' },
      { title: `Jaccard of the top ${count(top)}`, cell: ({ jaccard }) => figure(jaccard, 3), align: 'right' },
    ],
    width,
  );
}

function f1Of({ results }: CompareReport, model: string): string {
  return (results.find((result) => result.model === model)?.mean.f1 ?? 0).toFixed(3);
}

function figure(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}
