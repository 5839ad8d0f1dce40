/**
 * Draws `docs/hunt-sweep.svg`: coverage against retention of the sweeps of `caracal hunt
 * --sweep --json`, a curve per scenario.
 *
 *     npx tsx scripts/hunt-sweep.ts fox=fox.json fox=fox-realtime.json > docs/hunt-sweep.svg
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const point = z.object({
  type: z.literal('metrics'),
  parameter: z.enum(['alpha', 'beta']),
  value: z.number(),
  benignRetention: z.number(),
  visiblePhaseCoverage: z.number(),
});

const PANELS = ['beta', 'alpha'] as const;
const COLOURS = ['#b4531a', '#0072b2', '#009e73', '#cc79a7', '#7a6f00', '#56b4e9', '#6a51a3', '#666'];
const [WIDE, HIGH, LEFT, TOP] = [360, 260, 56, 34];

const curves = process.argv.slice(2).map((argument) => {
  const [name = '', file = ''] = argument.split('=');
  const points = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"type":"metrics"'))
    .map((line) => point.parse(JSON.parse(line)));
  return { name, points };
});
const names = [...new Set(curves.map(({ name }) => name))];

process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * (WIDE + LEFT) + 20} ${HIGH + TOP + 74}" font-family="system-ui, sans-serif" font-size="12">
<title>Coverage against retention over beta and alpha</title>
<rect width="100%" height="100%" fill="#fff"/>
${PANELS.map((parameter, i) => `<g transform="translate(${i * (WIDE + LEFT + 10)} 0)">${panel(parameter)}</g>`).join('\n')}
${names.map((name, i) => `<g transform="translate(${LEFT + i * 160} ${HIGH + TOP + 60})" fill="${COLOURS[i]}"><rect width="12" height="12" y="-10" rx="3"/><text x="18">${name}</text></g>`).join('\n')}
</svg>
`);

// --- internal ---

function panel(parameter: (typeof PANELS)[number]): string {
  const lines = curves.flatMap(({ name, points }) => {
    const own = points.filter((each) => each.parameter === parameter);
    const colour = COLOURS[names.indexOf(name)];
    const at = ({ benignRetention, visiblePhaseCoverage }: (typeof own)[number]): string =>
      `${x(benignRetention)} ${y(visiblePhaseCoverage)}`;
    const dots = own.map((each) => {
      const [cx, cy] = at(each).split(' ');
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"><title>${name}, ${parameter} ${each.value}</title></circle>`;
    });
    return own.length === 0
      ? []
      : [
          `<polyline points="${own.map((each) => at(each).replace(' ', ',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`,
        ];
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<path d="M${x(share)} ${y(0)}V${y(1)}M${x(0)} ${y(share)}H${x(1)}" stroke="#e4dfd7"/><text x="${x(share)}" y="${y(0) + 18}" text-anchor="middle" fill="#6d665d">${share}</text><text x="${LEFT - 8}" y="${y(share) + 4}" text-anchor="end" fill="#6d665d">${share}</text>`,
  );
  return `<text x="${LEFT}" y="20" font-weight="600">${parameter}</text>${ticks.join('')}${lines.join('')}
<text x="${LEFT + WIDE / 2}" y="${HIGH + TOP + 38}" text-anchor="middle" fill="#6d665d">share of benign events kept</text>
<text transform="translate(14 ${TOP + HIGH / 2}) rotate(-90)" text-anchor="middle" fill="#6d665d">visible phases covered</text>`;
}

function x(share: number): number {
  return Math.round((LEFT + share * WIDE) * 10) / 10;
}

function y(share: number): number {
  return Math.round((TOP + (1 - share) * HIGH) * 10) / 10;
}
