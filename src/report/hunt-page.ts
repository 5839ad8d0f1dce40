import { coverageOf, keptOf, type Phase, type Span, type Sweep } from '../hunt/index.ts';
import type { HuntWindow } from '../types.ts';
import { PAGE_STYLE } from './page-style.ts';
import { curveChart, escapeHtml } from './svg.ts';

/** What a page of a hunt shows. Times are epoch ms. */
export interface HuntPageInput {
  readonly title: string;
  readonly period: readonly [start: number, end: number];
  readonly windows: readonly HuntWindow[];
  readonly phases: readonly Phase[];
  /** One row per channel: its events in equal slices of the period, and its flagged ones. */
  readonly channels: readonly {
    readonly name: string;
    readonly events: readonly number[];
    readonly flagged: readonly number[];
  }[];
  /** Figures under the title, name to text. */
  readonly figures: readonly (readonly [name: string, value: string])[];
  readonly sweep?: Sweep;
}

/** A hunt as one HTML page that needs nothing else: time line, windows with reasons, the curve of a sweep. */
export function huntPage(input: HuntPageInput): string {
  const { title, windows, figures, sweep } = input;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hunt: ${escapeHtml(title)}</title>
<style>${PAGE_STYLE}${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Windows to hunt in</h1>
<p class="lead">${escapeHtml(title)}. Times are UTC.</p>
<dl class="figures">${figures.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
</header>
<figure>${timeLine(input)}</figure>
${sweep ? sweepSection(sweep) : ''}
<section>
<h2>Windows, the strongest first</h2>
<ol class="windows">
${windows.map(windowItem).join('\n')}
</ol>
</section>
</main>
</body>
</html>
`;
}

// --- internal ---

const WIDE = 1100;
const LEFT = 110;
const ROW = 46;

function timeLine({ period, windows, phases, channels }: HuntPageInput): string {
  const [first, last] = period;
  const x = (time: number): number =>
    LEFT + ((Math.min(last, Math.max(first, time)) - first) / Math.max(1, last - first)) * (WIDE - LEFT);
  const height = 34 + (phases.length > 0 ? 26 : 0) + channels.length * ROW + 26;
  const bar = ({ start, end }: Span, y: number, tall: number, className: string, label: string): string =>
    `<rect class="${className}" x="${fixed(x(start))}" y="${y}" width="${fixed(Math.max(1.5, x(end) - x(start)))}" height="${tall}"><title>${escapeHtml(label)}</title></rect>`;
  const top = 34 + (phases.length > 0 ? 26 : 0);
  const bands = windows.map((window, i) =>
    bar(
      window,
      30,
      height - 52,
      'window',
      `${i + 1}. ${clock(window.start)} to ${clock(window.end)}: ${window.reason}`,
    ),
  );
  const truth = phases.map((phase) =>
    bar(phase, 38, 14, 'phase', `${phase.name}: ${clock(phase.start)} to ${clock(phase.end)}`),
  );
  const rows = channels.map(({ name, events, flagged }, i) => {
    const base = top + (i + 1) * ROW - 8;
    const most = Math.max(...events, 1);
    const slice = (WIDE - LEFT) / Math.max(1, events.length);
    const tall = (count: number): number => (count === 0 ? 0 : 2 + (ROW - 16) * (Math.log1p(count) / Math.log1p(most)));
    const bars = (counts: readonly number[], className: string): string =>
      counts
        .map((count, s) =>
          count === 0
            ? ''
            : `<rect class="${className}" x="${fixed(LEFT + s * slice)}" y="${fixed(base - tall(count))}" width="${fixed(Math.max(0.6, slice - 0.2))}" height="${fixed(tall(count))}"/>`,
        )
        .join('');
    return `<text class="axis" x="${LEFT - 10}" y="${base - 8}" text-anchor="end">${escapeHtml(name)}</text>${bars(events, 'density')}${bars(flagged, 'flagged')}`;
  });
  const ticks = Array.from({ length: 6 }, (_, i) => first + ((last - first) * i) / 5).map(
    (time, i) =>
      `<text class="tick" x="${fixed(x(time))}" y="${height - 6}" text-anchor="${i === 0 ? 'start' : i === 5 ? 'end' : 'middle'}">${clock(time).slice(5, 16)}</text>`,
  );
  return `<svg viewBox="0 0 ${WIDE} ${height}" role="img" aria-label="Time line of channels and windows">
<text class="axis" x="${LEFT - 10}" y="20" text-anchor="end">windows</text>${windows.map((window) => bar(window, 8, 16, 'window-mark', window.reason)).join('')}
${bands.join('')}${phases.length > 0 ? `<text class="axis" x="${LEFT - 10}" y="50" text-anchor="end">phases</text>` : ''}${truth.join('')}
${rows.join('\n')}
${ticks.join('')}
</svg>
<p class="note">Events per slice of time, heights by their logarithms, flagged ones in colour; shaded: windows${phases.length > 0 ? '; bars above: phases of the attack' : ''}.</p>`;
}

function sweepSection({ parameter, points, smallestFull, area }: Sweep): string {
  const best =
    smallestFull === null ? 'no value covers every phase' : `the smallest that covers every phase is ${smallestFull}`;
  const percent = (share: number, digits = 1): string =>
    Number.isNaN(share) ? '–' : `${(100 * share).toFixed(digits)} %`;
  const rows = points.map(
    (point) =>
      `<tr class="${point.value === smallestFull ? 'best' : ''}"><td>${point.value}</td><td>${percent(coverageOf(point), 0)}</td><td>${percent(keptOf(point))}</td><td>${percent(point.timeRetention)}</td><td>${point.windows}</td></tr>`,
  );
  return `<section>
<h2>What ${parameter} costs</h2>
<p class="note">Each extension with the phases it covers and what it keeps: ${best}; area under the curve ${area.toFixed(3)}.</p>
<div class="charts">
<figure><figcaption>Coverage against retention</figcaption>${curveChart(
    [
      {
        name: parameter,
        className: 'series-0',
        points: points.map((point) => [keptOf(point), coverageOf(point)] as const),
      },
    ],
    { title: 'Coverage against retention', x: 'share of benign events kept', y: 'share of phases covered' },
  )}</figure>
<div class="scroll"><table><thead><tr><th>${parameter}</th><th>phases</th><th>benign kept</th><th>time</th><th>windows</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
</div>
</section>`;
}

function windowItem(window: HuntWindow): string {
  const { start, end, incident, score, reason, boundaries, entities, notEvaluable } = window;
  const about = entities.map(({ kind, value }) => `${kind} ${value}`).join(', ');
  return `<li><strong>${clock(start)} to ${clock(end)}</strong> <small>incident ${incident}, score ${score.toFixed(2)}</small>
<p>${escapeHtml(reason)}</p><p class="note">${about === '' ? '' : `About ${escapeHtml(about)}. `}Begins ${escapeHtml(boundaries.start)}; ends ${escapeHtml(boundaries.end)}.${notEvaluable ? ` Not evaluable: ${escapeHtml(notEvaluable.join(', '))} was silent.` : ''}</p></li>`;
}

const STYLE = `
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px; margin: 0 0 20px; }
.figures div { padding: 10px 14px; border: 1px solid var(--rule); border-radius: 10px; background: var(--card); }
.figures dt { color: var(--soft); font-size: 12px; }
.figures dd { margin: 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.density { fill: var(--rule); }
.flagged { fill: var(--accent); }
.window { fill: var(--accent); opacity: .13; }
.window-mark { fill: var(--accent); }
.phase { fill: var(--anomalous); }
.windows { padding-left: 24px; }
.windows li { margin-bottom: 14px; overflow-wrap: anywhere; }
.windows p { margin: 2px 0; }
`;

function clock(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(0, 19).replace('T', ' ') : 'no time';
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
