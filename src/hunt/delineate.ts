/**
 * Delineation: from flagged events of several channels to the windows of time worth an
 * analyst's hours.
 *
 * 1. Flags of a channel on one host form bursts (`bursts.ts`).
 * 2. Bursts of a host that touch are one core. It is confirmed by bursts of two channels, or by
 *    evidence of one beyond the solo threshold. The rest stay leads.
 * 3. Cores that share an entity, nearer to each other than chance would put them, are
 *    one incident; what was not confirmed by itself may belong to one.
 * 4. Each is extended on both sides by `beta` times its length, within bounds, and
 *    snapped outward to the sessions of its flags.
 * 5. Windows are kept in rank order as long as they fit an analyst's budget; the rest
 *    stay leads.
 */
import { type Burst, type EventFacts, evidenceOf } from './bursts.ts';
import { linkByEntities } from './incidents.ts';

/** How to delineate. Times are ms. */
export interface DelineationOptions {
  /** Share of its own length by which a core is extended on each side. */
  readonly beta?: number;
  /** Shortest and longest extension on each side. */
  readonly extension?: readonly [shortest: number, longest: number];
  /** Bursts of different channels this close to each other overlap. */
  readonly tolerance?: number;
  /** Evidence (-log10 of a probability) from which one channel alone is enough. */
  readonly solo?: number;
  /** Longest silence between two cores of one incident. */
  readonly linkGap?: number;
  /** At most so many windows; the weakest beyond it stay leads. */
  readonly maxWindows?: number;
  /** An analyst's hours: largest share of the time and of the events that all windows hold together. */
  readonly budget?: { readonly time: number; readonly events: number };
}

/** A window before it is put in words: spans in epoch ms, bursts per channel. */
export interface Delineated {
  readonly start: number;
  readonly end: number;
  /** First and last flagged event. */
  readonly core: readonly [start: number, end: number];
  /** Sum of the evidence of its channels. */
  readonly score: number;
  readonly bursts: readonly Burst[];
  /** Evidence per channel, the strongest first. */
  readonly channels: readonly { readonly name: string; readonly evidence: number }[];
  /** Which rule set each end. */
  readonly boundary: { readonly start: BoundaryRule; readonly end: BoundaryRule };
}

/** What set a boundary: the extension by `beta`, a session that reaches further, or the edge of the log. */
export type BoundaryRule = 'extension' | 'session';

/** Windows in rank order, and the leads that nothing confirmed, in rank order. */
export interface Delineation {
  readonly windows: readonly Delineated[];
  readonly leads: readonly Delineated[];
}

/** The defaults of `DelineationOptions`. */
export const DELINEATION = {
  beta: 0.1,
  extension: [30_000, 10 * 60_000],
  tolerance: 60_000,
  solo: 4,
  linkGap: 1.5 * 3_600_000,
  maxWindows: 25,
  budget: { time: 0.1, events: 0.2 },
} as const;

/**
 * Delineates windows from the bursts of all channels.
 *
 * @param bursts of all channels, in any order
 * @param span length of the judged period in ms
 */
export function delineate(
  bursts: readonly Burst[],
  facts: EventFacts,
  span: number,
  options: DelineationOptions = {},
): Delineation {
  const settings = { ...DELINEATION, ...options };
  const judge = (group: readonly Burst[]): Delineated => window(group, facts, settings);

  const cores = overlapping(bursts, settings.tolerance).map((group) => {
    const { channels } = judge(group);
    return { bursts: group, confirmed: channels.length > 1 || (channels[0]?.evidence ?? 0) >= settings.solo };
  });
  const { incidents, leads } = linkByEntities(cores, facts, span, settings.linkGap);
  const found = merged(incidents, judge).sort(byScore);
  const { kept, beyond } = withinBudget(found, facts, span, settings);
  return { windows: kept, leads: [...beyond, ...leads.map(judge)].sort(byScore) };
}

// --- internal ---

type Settings = Required<DelineationOptions>;

const byScore = (a: Delineated, b: Delineated): number => b.score - a.score || a.start - b.start;

/** The strongest windows stay whatever they cost: a budget must not hide an attack because it is loud. */
const ALWAYS_KEPT = 3;

/** Takes windows in rank order as long as they fit in what an analyst has time for. */
function withinBudget(windows: readonly Delineated[], facts: EventFacts, span: number, settings: Settings) {
  const kept: Delineated[] = [];
  const beyond: Delineated[] = [];
  let time = 0;
  let events = 0;
  for (const window of windows) {
    const ownTime = (window.end - window.start) / span;
    const ownEvents = facts.share(window.start, window.end);
    const fits =
      kept.length < settings.maxWindows &&
      (kept.length < ALWAYS_KEPT ||
        (time + ownTime <= settings.budget.time && events + ownEvents <= settings.budget.events));
    if (fits) {
      time += ownTime;
      events += ownEvents;
    }
    (fits ? kept : beyond).push(window);
  }
  return { kept, beyond };
}

/** Groups of bursts that touch each other within the tolerance on the same host. */
function overlapping(bursts: readonly Burst[], tolerance: number): Burst[][] {
  const groups: Burst[][] = [];
  const latest = new Map<number, { readonly group: Burst[]; reach: number }>();
  for (const burst of [...bursts].sort((a, b) => a.start - b.start)) {
    const open = latest.get(burst.host);
    if (open && burst.start - open.reach <= tolerance) {
      open.group.push(burst);
      open.reach = Math.max(open.reach, burst.end);
    } else {
      const group = [burst];
      groups.push(group);
      latest.set(burst.host, { group, reach: burst.end });
    }
  }
  return groups;
}

function window(bursts: readonly Burst[], facts: EventFacts, settings: Settings): Delineated {
  const start = Math.min(...bursts.map((burst) => burst.start));
  const end = Math.max(...bursts.map((burst) => burst.end));
  const channels = [...new Set(bursts.map(({ channel }) => channel))]
    .map((name) => {
      const flags = bursts.filter(({ channel }) => channel === name).flatMap((burst) => burst.flags);
      return { name, evidence: evidenceOf(flags) };
    })
    .sort((a, b) => b.evidence - a.evidence);

  const [shortest, longest] = settings.extension;
  const extension = Math.min(longest, Math.max(shortest, settings.beta * (end - start)));
  let first = start - extension;
  let last = end + extension;
  const boundary: { start: BoundaryRule; end: BoundaryRule } = { start: 'extension', end: 'extension' };
  for (const { row } of bursts.flatMap(({ flags }) => flags)) {
    const [sessionStart, sessionEnd] = facts.session(row);
    if (sessionStart < first && sessionStart >= start - longest) {
      first = sessionStart;
      boundary.start = 'session';
    }
    if (sessionEnd > last && sessionEnd <= end + longest) {
      last = sessionEnd;
      boundary.end = 'session';
    }
  }
  return {
    start: first,
    end: last,
    core: [start, end],
    score: channels.reduce((sum, { evidence }) => sum + evidence, 0),
    bursts,
    channels,
    boundary,
  };
}

/** Judges incidents and joins those whose windows overlap, until none do. */
function merged(incidents: readonly Burst[][], judge: (bursts: readonly Burst[]) => Delineated): Delineated[] {
  const windows = incidents.map(judge).sort((a, b) => a.start - b.start);
  for (let i = 1; i < windows.length; ) {
    const [left, right] = [windows[i - 1], windows[i]];
    if (left && right && right.start <= left.end) {
      windows.splice(i - 1, 2, judge([...left.bursts, ...right.bursts]));
      i = Math.max(1, i - 1);
    } else i++;
  }
  return windows;
}
