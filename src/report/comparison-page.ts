import type { CompareReport, CompareResult, EventFigures, FigureName } from '../evaluate/index.ts';
import { PAGE_STYLE } from './page-style.ts';
import { curveChart, escapeHtml, histogramChart, type Series } from './svg.ts';

/** What was compared, as the user named it. */
export interface ComparisonInput {
  readonly train: string;
  readonly test: string;
}

/**
 * A comparison as one HTML page that needs nothing else: no script, no font, no network.
 * It follows the reader's choice of a light or a dark page.
 */
export function comparisonPage(report: CompareReport, input: ComparisonInput): string {
  const { sequences, seeds, results } = report;
  const share = ((100 * sequences.anomalous) / Math.max(1, sequences.test)).toFixed(1);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Comparison of ${results.length} detectors</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Detectors side by side</h1>
<p class="lead">${escapeHtml(input.test)}: ${count(sequences.test)} sessions, ${count(sequences.anomalous)} of them anomalous (${share} %).
Learned from ${count(sequences.train)} sessions of ${escapeHtml(input.train)}; the threshold flags 0.5 % of the held-out ones. ${seeds.length > 1 ? `Seeds ${seeds.join(', ')}: means ± standard deviation` : `Seed ${seeds[0]}`}.</p>
${verdicts(report)}
</header>
${figuresTable(results, seeds.length > 1)}
<p class="note">* with the best threshold chosen on the test labels: an upper bound, not a result. Delay: events from the begin of an anomalous session to the first flag, the median of those found.</p>
${eventTable(results)}
${curves(report)}
<section>
<h2>Scores of normal and anomalous sessions</h2>
<p class="note"><span class="swatch normal"></span> normal, upward; <span class="swatch anomalous"></span> anomalous, downward; the line is the threshold. Shares of each class, heights by their square roots. Seed ${seeds[0]}.</p>
<div class="histograms">${results.map(histogram).join('\n')}</div>
</section>
${agreementTable(report)}
<section>
<h2>Overlap of training and test</h2>
<p>${count(report.leaks.sharedSessions)} sessions stand in both. ${count(report.leaks.testSequencesSeenInTraining)} test sequences equal one in training, ${count(report.leaks.duplicateTestSequences)} repeat within the test: usual for logs, and part of why simple detectors do well.</p>
</section>
</main>
</body>
</html>
`;
}

// --- internal ---

const FIGURES: readonly (readonly [name: FigureName, title: string, digits: number])[] = [
  ['f1', 'F1', 3],
  ['precision', 'Precision', 3],
  ['recall', 'Recall', 3],
  ['auroc', 'AUROC', 3],
  ['auprc', 'AUPRC', 3],
  ['mcc', 'MCC', 3],
  ['oracleF1', 'Oracle F1*', 3],
  ['detectionDelay', 'Delay', 0],
  ['falseAlarmsPerDay', 'False alarms a day', 1],
  ['trainSeconds', 'Train s', 1],
  ['eventsPerSecond', 'Events/s', 0],
];

function verdicts({ beaten, results }: CompareReport): string {
  const f1 = (model: string): string => results.find((result) => result.model === model)?.mean.f1.toFixed(3) ?? '';
  const lines = beaten.map(
    ({ model, by }) =>
      `<p class="verdict"><strong>baseline wins:</strong> ${escapeHtml(by)} has the better F1 than ${escapeHtml(model)} (${f1(by)} against ${f1(model)}).</p>`,
  );
  return lines.join('\n');
}

function figuresTable(results: readonly CompareResult[], several: boolean): string {
  const figures = FIGURES.filter(
    ([name]) => name !== 'falseAlarmsPerDay' || results.some(({ mean }) => Number.isFinite(mean[name])),
  );
  const bestF1 = Math.max(...results.map(({ mean }) => mean.f1));
  const cell = ({ mean, spread }: CompareResult, [name, , digits]: (typeof FIGURES)[number]): string => {
    const value = figure(mean[name], digits);
    const varies = several && digits === 3 && spread[name] >= 0.0005;
    const bar = name === 'f1' ? ` style="--share:${(mean.f1 * 100).toFixed(1)}%"` : '';
    const best = name === 'f1' && mean.f1 === bestF1 ? ' best' : '';
    return `<td class="${name === 'f1' ? `bar${best}` : ''}"${bar}>${value}${varies ? `<small> ± ${spread[name].toFixed(3)}</small>` : ''}</td>`;
  };
  const rows = results.map(
    (result) =>
      `<tr class="${result.baseline ? 'baseline' : 'model'}"><th scope="row">${escapeHtml(result.model)}</th>${figures.map((name) => cell(result, name)).join('')}</tr>`,
  );
  return `<div class="scroll"><table>
<thead><tr><th scope="col">Detector</th>${figures.map(([, title]) => `<th scope="col">${title}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

const EVENT_FIGURES: readonly (readonly [name: keyof EventFigures, title: string, digits: number])[] = [
  ['f1', 'F1', 3],
  ['precision', 'Precision', 3],
  ['recall', 'Recall', 3],
  ['auroc', 'AUROC', 3],
  ['auprc', 'AUPRC', 3],
  ['falseAlarmsPerDay', 'False alarms a day', 1],
];

/** Nothing where only sessions have labels. */
function eventTable(results: readonly CompareResult[]): string {
  const rows = results.flatMap(({ model, baseline, mean: { eventLevel } }) => {
    if (!eventLevel) return [];
    const cells = EVENT_FIGURES.map(([name, , digits]) => `<td>${figure(eventLevel[name], digits)}</td>`);
    return `<tr class="${baseline ? 'baseline' : 'model'}"><th scope="row">${escapeHtml(model)}</th>${cells.join('')}</tr>`;
  });
  if (rows.length === 0) return '';
  return `<section>
<h2>Single events</h2>
<p class="note">Each event by its own score. Ends of sessions are no events: what a detector only says of whole sessions does not count here.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Detector</th>${EVENT_FIGURES.map(([, title]) => `<th scope="col">${title}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
</section>`;
}

function curves({ results, models: named }: CompareReport): string {
  const models = results.filter(({ model }) => named.includes(model));
  // Beside the models the three best baselines: more curves than that are a knot.
  const beside = results
    .filter((result) => !models.includes(result))
    .sort((a, b) => b.mean.auprc - a.mean.auprc)
    .slice(0, Math.max(0, Math.min(3, COLOURS - models.length)));
  const shown = [...models, ...beside].slice(0, COLOURS);
  const series = (points: (result: CompareResult) => Series['points']): Series[] =>
    shown.map((result, i) => ({
      name: result.model,
      className: `series-${i}${result.baseline ? ' dashed' : ''}`,
      points: points(result),
    }));
  const legend = shown.map(
    ({ model, baseline }, i) =>
      `<li><span class="swatch series-${i}"></span>${escapeHtml(model)}${baseline ? ' (baseline)' : ''}</li>`,
  );
  return `<section>
<h2>Curves</h2>
<ul class="legend">${legend.join('')}</ul>
<div class="charts">
<figure><figcaption>Receiver operating characteristic</figcaption>${curveChart(
    series(({ curves: { roc } }) => roc),
    { title: 'ROC curves', x: 'false positive rate', y: 'true positive rate', diagonal: true },
  )}</figure>
<figure><figcaption>Precision and recall</figcaption>${curveChart(
    series(({ curves: { precisionRecall } }) => precisionRecall),
    { title: 'Precision-recall curves', x: 'recall', y: 'precision' },
  )}</figure>
</div>
</section>`;
}

function histogram({ model, curves: { histogram: bins }, runs }: CompareResult): string {
  return `<figure><figcaption>${escapeHtml(model)}</figcaption>${histogramChart(bins, runs[0]?.threshold ?? 0, `Scores of ${model}`)}</figure>`;
}

function agreementTable({ results, agreement, top }: CompareReport): string {
  const names = results.map(({ model }) => model);
  const find = (a: string, b: string) =>
    agreement.find((pair) => (pair.a === a && pair.b === b) || (pair.a === b && pair.b === a));
  const rows = names.map((a) => {
    const cells = names.map((b) => {
      const pair = find(a, b);
      if (!pair) return '<td class="self"></td>';
      const all = `${a} and ${b}: Spearman ${figure(pair.spearman, 3)}, Pearson ${figure(pair.pearson, 3)}, Kendall ${figure(pair.kendall, 3)}, Jaccard of the top ${top} ${figure(pair.jaccard, 3)}`;
      const strength = Number.isFinite(pair.spearman) ? Math.max(0, pair.spearman) : 0;
      return `<td class="heat" style="--share:${(strength * 70).toFixed(0)}%" title="${escapeHtml(all)}">${figure(pair.spearman, 2)}<small>${figure(pair.jaccard, 2)}</small></td>`;
    });
    return `<tr><th scope="row">${escapeHtml(a)}</th>${cells.join('')}</tr>`;
  });
  return `<section>
<h2>Who says the same</h2>
<p class="note">Spearman's correlation of the scores, and below it the Jaccard index of the top ${count(top)}; Pearson and Kendall show on hovering.</p>
<div class="scroll"><table class="matrix">
<thead><tr><th></th>${names.map((name) => `<th scope="col"><span>${escapeHtml(name)}</span></th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
</section>`;
}

const COLOURS = 8;

function figure(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–';
  return digits === 0 ? count(value) : value.toFixed(digits);
}

function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}
