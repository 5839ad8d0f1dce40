import type { Curve, Histogram } from '../evaluate/index.ts';

/** A curve with the name and the class (`series-0` ...) that it is drawn in. */
export interface Series {
  readonly name: string;
  readonly className: string;
  readonly points: Curve;
}

/** What a chart of curves says besides them. */
export interface CurveChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Draws the diagonal of chance. */
  readonly diagonal?: boolean;
}

/** Curves within the unit square as one inline SVG; later series lie below earlier ones. */
export function curveChart(series: readonly Series[], { title, x, y, diagonal = false }: CurveChart): string {
  const lines = [...series].reverse().map(({ name, className, points }) => {
    const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${at(px, 0)} ${at(py, 1)}`).join('');
    return `<path class="line ${className}" d="${path}"><title>${escapeHtml(name)}</title></path>`;
  });
  return `<svg viewBox="0 0 ${SIZE + LEFT + 14} ${SIZE + 54}" role="img" aria-label="${escapeHtml(title)}">
${TICKS.map(grid).join('')}${diagonal ? `<path class="chance" d="M${at(0, 0)} ${at(0, 1)}L${at(1, 0)} ${at(1, 1)}"/>` : ''}
${lines.join('\n')}
<text class="axis" x="${LEFT + SIZE / 2}" y="${SIZE + 46}" text-anchor="middle">${escapeHtml(x)}</text>
<text class="axis" transform="translate(12 ${TOP + SIZE / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(y)}</text>
</svg>`;
}

/** Normal scores upward, anomalous ones downward, each as shares of its class, with the threshold as a line. */
export function histogramChart({ from, to, normal, anomalous }: Histogram, threshold: number, title: string): string {
  const highest = Math.max(...normal, ...anomalous, Number.MIN_VALUE);
  const width = WIDE / normal.length;
  // Square roots keep a bin of 1 % visible beside one of 90 %.
  const height = (share: number): number => HALF * Math.sqrt(share / highest);
  const bars = (shares: readonly number[], className: string, up: boolean): string =>
    shares
      .map((share, i) => {
        const tall = height(share);
        if (tall === 0) return '';
        const top = up ? HALF + 8 - tall : HALF + 8;
        const label = `${(share * 100).toFixed(1)} % of the ${className} at ${number(from + ((to - from) * i) / shares.length)} and above`;
        return `<rect class="${className}" x="${fixed(LEAST + i * width)}" y="${fixed(top)}" width="${fixed(width - 1)}" height="${fixed(tall)}"><title>${label}</title></rect>`;
      })
      .join('');
  const beyond = threshold < from ? 0 : 1;
  const place = to > from ? Math.min(1, Math.max(0, (threshold - from) / (to - from))) : beyond;
  const line = LEAST + place * WIDE;
  return `<svg viewBox="0 0 ${WIDE + 2 * LEAST} ${2 * HALF + 32}" role="img" aria-label="${escapeHtml(title)}">
${bars(normal, 'normal', true)}${bars(anomalous, 'anomalous', false)}
<path class="zero" d="M${LEAST} ${HALF + 8}H${LEAST + WIDE}"/>
<path class="threshold" d="M${fixed(line)} 2V${2 * HALF + 14}"><title>threshold ${number(threshold)}</title></path>
<text class="tick" x="${LEAST}" y="${2 * HALF + 28}">${number(from)}</text>
<text class="tick" x="${LEAST + WIDE}" y="${2 * HALF + 28}" text-anchor="end">≥ ${number(to)}</text>
</svg>`;
}

/** Text for HTML and its attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

// --- internal ---

const SIZE = 300;
const LEFT = 54;
const TOP = 8;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

const WIDE = 280;
const HALF = 52;
const LEAST = 6;

function at(value: number, axis: 0 | 1): string {
  return fixed(axis === 0 ? LEFT + value * SIZE : TOP + (1 - value) * SIZE);
}

function grid(tick: number): string {
  return `<path class="grid" d="M${at(tick, 0)} ${at(0, 1)}V${at(1, 1)}M${at(0, 0)} ${at(tick, 1)}H${at(1, 0)}"/>
<text class="tick" x="${at(tick, 0)}" y="${TOP + SIZE + 18}" text-anchor="middle">${tick}</text>
<text class="tick" x="${LEFT - 7}" y="${Number(at(tick, 1)) + 4}" text-anchor="end">${tick}</text>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '∞';
}
