import type { EventColumns, Template } from '../types.ts';
import { median } from '../util/statistics.ts';
import { FEWEST_EVENTS } from './channel.ts';
import type { Ingested } from './ingest.ts';

/** A silence far longer than the log's usual ones. Times are epoch ms. */
export interface ClockGap {
  readonly from: number;
  readonly to: number;
}

/** What was understood of logs, and what to change. */
export interface Diagnosis {
  readonly sources: readonly SourceDiagnosis[];
  readonly sessions: { readonly count: number; readonly medianLength: number; readonly longest: number };
  readonly templates: {
    readonly count: number;
    /** Templates that only one line has. */
    readonly singletons: number;
    /** Share of the events that the ten most frequent templates cover. */
    readonly topTenShare: number;
  };
  readonly gaps: readonly ClockGap[];
  /** What to change, as sentences with the flag in them. Empty where all is well. */
  readonly advice: readonly string[];
}

/** One source of a diagnosis. */
export interface SourceDiagnosis {
  readonly name: string;
  readonly format: string;
  readonly confidence: number;
  readonly reason: string;
  readonly lines: number;
  /** Epoch ms, NaN without any time. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Share of its lines that have a time. */
  readonly timed: number;
  readonly hosts: number;
  readonly programs: number;
}

const GAPS_SHOWN = 5;
const SHORTEST_GAP = 3_600_000;

/**
 * Looks at what reading, parsing and grouping made of logs.
 *
 * @param sessionsTold the user said how events form sessions, and wants no advice on it
 */
export function diagnose(logs: Ingested, sessionsTold = false): Diagnosis {
  const { events, sequences, parser } = logs;
  const sources = logs.sources.map((source) => ({
    name: source.name,
    format: source.format,
    confidence: source.detection.confidence,
    reason: source.detection.reason,
    ...describe(events, source.id),
  }));
  const lengths = Array.from({ length: sequences.count }, (_, s) => sequences.offsets[s + 1]! - sequences.offsets[s]!);
  const counts = parser
    .templates()
    .map((template) => template.count)
    .sort((a, b) => b - a);
  const occurrences = counts.reduce((sum, count) => sum + count, 0);
  const templates = {
    count: counts.length,
    singletons: counts.filter((count) => count === 1).length,
    topTenShare: counts.slice(0, 10).reduce((sum, count) => sum + count, 0) / Math.max(1, occurrences),
  };
  const sessions = {
    count: sequences.count,
    medianLength: median(lengths),
    longest: lengths.reduce((a, b) => Math.max(a, b), 0),
  };
  return {
    sources,
    sessions,
    templates,
    gaps: clockGaps(events.time),
    advice: [
      ...adviceOn(sources, templates, events),
      ...(sessionsTold ? [] : adviceOnSessions(sessions, parser.templates(), events.count)),
    ],
  };
}

// --- internal ---

function describe(events: EventColumns, source: number) {
  let lines = 0;
  let timed = 0;
  let firstTime = Number.NaN;
  let lastTime = Number.NaN;
  const hosts = new Set<number>();
  const programs = new Set<number>();
  for (let row = 0; row < events.count; row++) {
    if (events.source[row] !== source) continue;
    lines++;
    if (events.host[row] !== -1) hosts.add(events.host[row]!);
    if (events.app[row] !== -1) programs.add(events.app[row]!);
    const time = events.time[row]!;
    if (Number.isNaN(time)) continue;
    timed++;
    if (!(firstTime <= time)) firstTime = time;
    if (!(lastTime >= time)) lastTime = time;
  }
  return {
    lines,
    firstTime,
    lastTime,
    timed: lines === 0 ? 0 : timed / lines,
    hosts: hosts.size,
    programs: programs.size,
  };
}

/** The longest silences, if they are far beyond the usual distance of two lines. */
function clockGaps(times: Float64Array): ClockGap[] {
  const sorted = times.filter((time) => !Number.isNaN(time)).sort();
  const gaps: ClockGap[] = [];
  const usual = sorted.length > 1 ? (sorted[sorted.length - 1]! - sorted[0]!) / sorted.length : 0;
  for (let i = 1; i < sorted.length; i++) {
    const length = sorted[i]! - sorted[i - 1]!;
    if (length > Math.max(SHORTEST_GAP, 50 * usual)) gaps.push({ from: sorted[i - 1]!, to: sorted[i]! });
  }
  return gaps.sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, GAPS_SHOWN);
}

function adviceOn(
  sources: readonly SourceDiagnosis[],
  templates: Diagnosis['templates'],
  events: EventColumns,
): string[] {
  const advice: string[] = [];
  if (events.count < FEWEST_EVENTS) {
    advice.push(
      `Only ${events.count} log line${events.count === 1 ? '' : 's'}: scan needs at least ${FEWEST_EVENTS} to learn what is normal. Add more of this log, or judge it with a trained model: caracal detect.`,
    );
  }
  for (const { name, confidence, format, timed } of sources) {
    if (confidence < 0.5)
      advice.push(`${name}: taken for ${format}, but not with confidence; name its format with --format.`);
    if (timed < 0.9) {
      advice.push(
        `${name}: ${Math.round((1 - timed) * 100)} % of its lines have no time that was understood; they can be in no window.`,
      );
    }
  }
  if (templates.count > 20 && templates.singletons > templates.count / 2) {
    advice.push(
      `${templates.singletons} of ${templates.count} templates were seen once only: something that varies is not recognised. A lower --sim-threshold joins more.`,
    );
  }
  return advice;
}

function adviceOnSessions(
  sessions: Diagnosis['sessions'],
  templates: readonly Template[],
  events: number,
): readonly string[] {
  const scattered = sessions.count > 50 && sessions.medianLength < 2;
  const alone = sessions.count === 1 && events > 1000;
  const id = idPattern(templates, scattered || alone ? 0.5 : 0.9);
  const what = alone ? 'Everything is one session.' : 'Most sessions are one event long: there is no order to learn.';
  if (id !== undefined) {
    const share = Math.round(id.share * 100);
    return [
      `${scattered || alone ? `${what} ` : ''}${share} % of the events carry an id that may make better sessions: --session '${id.pattern}'.`,
    ];
  }
  if (scattered) return [`${what} Try --session host, or a regular expression with a group for an id in the message.`];
  if (alone) return [`${what} If lines carry an id, give --session a regular expression with a group for it.`];
  return [];
}

/** What ids look like in templates, and a regular expression that finds them in messages. */
const IDS: readonly (readonly [inTemplate: RegExp, pattern: (found: RegExpExecArray) => string])[] = [
  [/<BLOCK>/, () => '(blk_-?\\d+)'],
  [/<UUID>/, () => '([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})'],
  [/\b([A-Za-z_]\w*)=<(?:ID|HEX)>/, (found) => `\\b${found[1]}=(\\w+)`],
];

/** The id that the largest share of the events carries, `least` and more. */
function idPattern(templates: readonly Template[], least: number): { pattern: string; share: number } | undefined {
  const counts = new Map<string, number>();
  let all = 0;
  for (const { text, count } of templates) {
    all += count;
    for (const [inTemplate, pattern] of IDS) {
      const found = inTemplate.exec(text);
      if (found) counts.set(pattern(found), (counts.get(pattern(found)) ?? 0) + count);
    }
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  return best && best[1] >= least * all ? { pattern: best[0], share: best[1] / all } : undefined;
}
