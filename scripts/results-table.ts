/**
 * Writes what `caracal compare --json` found into docs/results.md, between
 * `<!-- table NAME -->` and `<!-- end -->`:
 *
 *     npx tsx scripts/results-table.ts NAME=FILE.json ...
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { CompareReport, CompareResult, DetectorFigures } from '../src/evaluate/index.ts';

const PAGE = 'docs/results.md';

type Figure = Exclude<keyof DetectorFigures, 'eventLevel'>;

const COLUMNS: readonly (readonly [name: Figure, title: string])[] = [
  ['precision', 'precision'],
  ['recall', 'recall'],
  ['auroc', 'AUROC'],
  ['auprc', 'AUPRC'],
  ['mcc', 'MCC'],
  ['oracleF1', 'oracle F1'],
];

let page = readFileSync(PAGE, 'utf8');
for (const argument of process.argv.slice(2)) {
  const [name = '', file = ''] = argument.split('=');
  const begin = `<!-- table ${name} -->\n`;
  const from = page.indexOf(begin);
  const to = page.indexOf('<!-- end -->', from);
  if (from < 0 || to < 0) throw new Error(`${PAGE} has no place for '${name}': add ${begin.trim()} and <!-- end -->.`);
  const table = tableOf(JSON.parse(readFileSync(file, 'utf8')) as CompareReport);
  page = `${page.slice(0, from + begin.length)}${table}${page.slice(to)}`;
}
writeFileSync(PAGE, page);

function tableOf({ results, beaten, sequences, leaks }: CompareReport): string {
  const head = ['detector', 'F1', ...COLUMNS.map(([, title]) => title)];
  const best = Math.max(...results.map(({ mean }) => mean.f1));
  const rows = results.map((result) => [
    result.baseline ? result.model : `**${result.model}**`,
    f1Of(result, best),
    ...COLUMNS.map(([name]) => decimals(result.mean[name])),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const verdicts = beaten.map(({ model, by }) => `${by} beats ${model}`);
  return [
    line(head),
    line(head.map((_, i) => (i === 0 ? '---' : '--:'))),
    ...rows.map(line),
    `\n${sequences.train} sessions to learn from; ${sequences.test} in the test, ${sequences.anomalous} of them anomalous. `,
    `${leaks.sharedSessions} sessions stand in both, ${leaks.testSequencesSeenInTraining} test sequences equal one in training, ${leaks.duplicateTestSequences} repeat within the test. `,
    verdicts.length === 0 ? 'No baseline beats a model.\n' : `**Baseline wins:** ${verdicts.join(', ')}.\n`,
  ].join('');
}

function f1Of({ mean, spread }: CompareResult, best: number): string {
  const varies = spread.f1 >= 0.0005 ? ` ± ${decimals(spread.f1)}` : '';
  const text = `${decimals(mean.f1)}${varies}`;
  return mean.f1 === best ? `**${text}**` : text;
}

function decimals(value: number | null): string {
  return value === null ? '-' : value.toFixed(3).replace(/^(-?)0\./, '$1.');
}
