import type { HuntWindow } from '../types.ts';

/** What a Markdown summary says besides the windows. */
export interface CaseFacts {
  readonly input: readonly string[];
  /** Judged period, epoch ms. */
  readonly period: readonly [start: number, end: number];
  readonly judgedEvents: number;
  readonly keptEvents: number;
  /** Share of the judged time inside windows, 0 to 1. */
  readonly timeRetention: number;
  readonly bytesIn: number;
  readonly bytesKept: number;
  readonly readingMinutes: number;
}

/** Raw lines of a window, as they stand in the log. */
export type ExamplesOf = (id: string) => readonly string[];

/** Windows as Markdown that an analyst can paste into a case; log text stands in code, so that nothing of it is markup. */
export function caseSummary(windows: readonly HuntWindow[], facts: CaseFacts, examplesOf: ExamplesOf): string {
  const incidents = [...new Set(windows.map(({ incident }) => incident))].sort((a, b) => a - b);
  const [start, end] = facts.period;
  const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
  const lines = [
    '# Hunt summary',
    '',
    `- Input: ${facts.input.map(code).join(', ')}`,
    `- Judged: ${iso(start)} to ${iso(end)} (UTC), ${group(facts.judgedEvents)} events`,
    `- Found: ${windows.length} windows of ${incidents.length} incidents, with ${group(facts.keptEvents)} events (${share(facts.keptEvents, facts.judgedEvents)}) in ${(100 * facts.timeRetention).toFixed(1)} % of the time`,
    `- To read: about ${Math.ceil(facts.readingMinutes)} minutes. To store: ${size(facts.bytesKept)} of ${size(facts.bytesIn)} (${share(facts.bytesIn - facts.bytesKept, facts.bytesIn)} saved)`,
  ];
  for (const incident of incidents) {
    const own = windows.filter((window) => window.incident === incident).sort((a, b) => a.start - b.start);
    lines.push('', `## Incident ${incident}`);
    for (const window of own) lines.push('', ...windowLines(window, examplesOf(window.id)));
  }
  return `${lines.join('\n')}\n`;
}

// --- internal ---

function windowLines(window: HuntWindow, examples: readonly string[]): string[] {
  const entities = window.entities.map(({ kind, value }) => `${kind} ${code(value)}`).join(', ');
  return [
    `### ${iso(window.start)} to ${iso(window.end)}`,
    '',
    `- Score ${window.score.toFixed(2)}, channels ${window.channels.map(code).join(', ')}, window ${code(window.id)}`,
    ...(entities === '' ? [] : [`- About ${entities}`]),
    `- Why: ${code(window.reason)}`,
    `- Begins ${window.boundaries.start}; ends ${window.boundaries.end}`,
    ...(window.notEvaluable ? [`- Not evaluable: ${window.notEvaluable.map(code).join(', ')} was silent`] : []),
    ...(examples.length > 0 ? ['', ...fenced(examples)] : []),
  ];
}

/** Lines in a fence longer than any run of backticks within them. */
function fenced(lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)));
  const fence = '`'.repeat(longest + 1);
  return [fence, ...lines.map(visible), fence];
}

/** Text as code: it ends at a run of backticks longer than any within. */
function code(text: string): string {
  const plain = visible(text);
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map(({ length }) => length));
  const ticks = '`'.repeat(longest + 1);
  return longest > 0 ? `${ticks} ${plain} ${ticks}` : `${ticks}${plain}${ticks}`;
}

/** Control characters as spaces: a terminal may show the file. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}

function iso(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().replace('.000Z', 'Z') : 'no time';
}

function group(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
