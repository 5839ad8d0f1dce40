/**
 * Delineation after the fact: from flagged events of several channels to the windows of
 * time worth an analyst's hours. `realtime.ts` does the same with the past alone.
 *
 * 1. Flags of a channel on one host form bursts (`bursts.ts`).
 * 2. Bursts of a host that touch are one core, confirmed by its own evidence, by another
 *    channel or by another host (`cores.ts`). The rest stay leads.
 * 3. Cores that share an entity are one incident; what was not confirmed by itself may
 *    belong to one (`incidents.ts`).
 * 4. Cores of an incident that lie near to each other are one window. Each window is
 *    extended on both sides by `beta` times its length, within bounds, and snapped outward
 *    to the sessions of its flags (`extension.ts`).
 * 5. Windows are kept in rank order as long as they fit an analyst's budget (`budget.ts`);
 *    the rest stay leads.
 */
import { type Budget, withinBudget } from './budget.ts';
import { ONCE_A_DAY } from './burst-calibration.ts';
import type { Burst } from './bursts.ts';
import { type ChannelEvidence, type Core, channelsOf, findCores, scoreOf } from './cores.ts';
import { type Corroboration, INDEPENDENT } from './corroboration.ts';
import { type Extended, extend } from './extension.ts';
import type { EventFacts } from './facts.ts';
import { linkByEntities } from './incidents.ts';

/** How to delineate. Times are ms. */
export interface DelineationOptions {
  /** Share of its own length by which a core is extended on each side. */
  readonly beta?: number;
  /** Shortest and longest extension on each side. */
  readonly extension?: readonly [shortest: number, longest: number];
  /** The judged period: no window reaches beyond it. */
  readonly period?: readonly [start: number, end: number];
  /** Bursts of different channels this close to each other overlap. */
  readonly tolerance?: number;
  /** Evidence (-log10 of a probability) from which one channel alone is enough. */
  readonly solo?: number;
  /** What a second channel or host is worth; independent channels unless told. */
  readonly corroboration?: Corroboration;
  /** Longest silence between two cores of one incident. */
  readonly linkGap?: number;
  /** Confirmed cores are linked when chance would put them this near in fewer cases than this; 1 for always. */
  readonly linkChance?: number;
  /** Cores of one incident this close to each other are one window. */
  readonly joinGap?: number;
  /** At most so many windows; the weakest beyond it stay leads. */
  readonly maxWindows?: number;
  /** At most so many incidents; the weakest beyond it stay leads. */
  readonly maxIncidents?: number;
  /** An analyst's hours: largest share of the time and of the events that all windows hold together. */
  readonly budget?: Budget;
}

/** A window before it is put in words: spans in epoch ms, bursts per channel. */
export interface Delineated extends Extended {
  /** Sum of the evidence of its channels, each worth what it adds to the strongest. */
  readonly score: number;
  readonly bursts: readonly Burst[];
  /** Evidence per channel, the strongest first. */
  readonly channels: readonly ChannelEvidence[];
  /** Number of its incident, 1 for the strongest; 0 for a lead. */
  readonly incident: number;
}

/** Windows in rank order, and the leads that nothing confirmed, in rank order. */
export interface Delineation {
  readonly windows: readonly Delineated[];
  readonly leads: readonly Delineated[];
  /** How many incidents the windows belong to. */
  readonly incidents: number;
}

/** The defaults of `DelineationOptions`. */
export const DELINEATION = {
  beta: 0.1,
  extension: [30_000, 10 * 60_000],
  period: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  tolerance: 60_000,
  solo: 4,
  corroboration: INDEPENDENT,
  linkGap: 1.5 * 3_600_000,
  linkChance: 0.05,
  joinGap: 1.5 * 3_600_000,
  maxWindows: 25,
  maxIncidents: Number.POSITIVE_INFINITY,
  budget: { time: 0.1, events: 0.2 },
} as const satisfies Required<DelineationOptions>;

/**
 * The defaults of a hunt, where every channel is on the common measure: what normal
 * activity shows less than once a day, and what an analyst can read in a morning.
 */
export const HUNT_DELINEATION = {
  ...DELINEATION,
  solo: ONCE_A_DAY,
  linkGap: 6 * 3_600_000,
  linkChance: 1,
  joinGap: 120_000,
  maxWindows: 40,
  maxIncidents: 10,
  budget: { time: 0.05, events: 1 },
} as const satisfies Required<DelineationOptions>;

/**
 * Evidence that real time asks for: what normal activity shows once in a day and a half. An
 * alarm cannot be taken back and ranked below others later, so that the best guess is not
 * enough: it stands four to one that such a thing is rarer than once a day.
 */
export const REALTIME_SOLO = ONCE_A_DAY + Math.log10(1.5);

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
  return cutWindows(linkBursts(bursts, facts, span, options), facts, span, options);
}

/** Incidents and leads, before their windows are cut: what no extension changes. */
export type Linked = ReturnType<typeof linkByEntities>;

/** The first half of `delineate`: confirms cores and joins them to incidents. */
export function linkBursts(
  bursts: readonly Burst[],
  facts: EventFacts,
  span: number,
  options: DelineationOptions,
): Linked {
  const settings: Settings = { ...DELINEATION, ...options };
  return linkByEntities(findCores(bursts, settings), facts, span, settings);
}

/** The second half: extends, ranks and keeps what fits an analyst's hours. */
export function cutWindows(
  { incidents, leads }: Linked,
  facts: EventFacts,
  span: number,
  options: DelineationOptions,
): Delineation {
  const settings: Settings = { ...DELINEATION, ...options };
  const found = windowsOf(incidents, facts, settings);
  const { kept, beyond } = withinBudget(ranked(found, settings), facts, span, settings);
  const unconfirmed = leads.map((group) => ({ ...judge(burstsOf(group), facts, settings), incident: 0 }));
  return {
    windows: kept,
    leads: [...beyond.map((window) => ({ ...window, incident: 0 })), ...unconfirmed].sort(byScore),
    incidents: new Set(kept.map(({ incident }) => incident)).size,
  };
}

// --- internal ---

type Settings = Required<DelineationOptions>;

const byScore = (a: { score: number; start: number }, b: { score: number; start: number }): number =>
  b.score - a.score || a.start - b.start;

const burstsOf = (cores: readonly Core[]): Burst[] => cores.flatMap(({ bursts }) => bursts);

/** Two windows that overlap as one: from the earlier begin to the later end, extended no further. */
function bothOf(left: Extended & Strength, right: Extended & Strength, settings: Settings): Extended & Strength {
  const last = left.end >= right.end ? left : right;
  return {
    ...strengthOf([...left.bursts, ...right.bursts], settings),
    start: left.start,
    end: last.end,
    core: [Math.min(left.core[0], right.core[0]), Math.max(left.core[1], right.core[1])],
    boundary: { start: left.boundary.start, end: last.boundary.end },
  };
}

type Strength = Pick<Delineated, 'score' | 'bursts' | 'channels'>;

function strengthOf(bursts: readonly Burst[], { corroboration }: Settings): Strength {
  const channels = channelsOf(bursts);
  return { score: scoreOf(channels, corroboration, 'weight'), bursts, channels };
}

function judge(bursts: readonly Burst[], facts: EventFacts, settings: Settings): Extended & Strength {
  return { ...extend(bursts, facts, settings), ...strengthOf(bursts, settings) };
}

/** Windows of all incidents; those that overlap become one, and their incidents too, until none do. */
function windowsOf(incidents: readonly (readonly Core[])[], facts: EventFacts, settings: Settings) {
  const same = incidents.map((_, incident) => incident);
  const root = (incident: number): number => {
    let at = incident;
    while (same[at] !== at) at = same[at] ?? at;
    return at;
  };
  const windows = incidents
    .flatMap((cores, incident) =>
      joined(cores, settings.joinGap).map((group) => ({ ...judge(burstsOf(group), facts, settings), incident })),
    )
    .sort((a, b) => a.start - b.start);
  for (let i = 1; i < windows.length; ) {
    const [left, right] = [windows[i - 1], windows[i]];
    if (left && right && right.start <= left.end) {
      same[root(right.incident)] = root(left.incident);
      windows.splice(i - 1, 2, { ...bothOf(left, right, settings), incident: left.incident });
      i = Math.max(1, i - 1);
    } else i++;
  }
  return windows.map((window) => ({ ...window, incident: root(window.incident) }));
}

/** Cores of one incident in groups that lie near to each other. */
function joined(cores: readonly Core[], joinGap: number): Core[][] {
  const groups: { readonly cores: Core[]; end: number }[] = [];
  for (const core of [...cores].sort((a, b) => a.start - b.start)) {
    const last = groups.at(-1);
    if (last && core.start - last.end <= joinGap) {
      last.cores.push(core);
      last.end = Math.max(last.end, core.end);
    } else groups.push({ cores: [core], end: core.end });
  }
  return groups.map((group) => group.cores);
}

/** Windows in rank order, their incidents numbered from the strongest on. */
function ranked(windows: readonly Delineated[], { corroboration }: Settings): Delineated[] {
  const members = new Map<number, Delineated[]>();
  for (const window of windows) {
    const own = members.get(window.incident);
    if (own) own.push(window);
    else members.set(window.incident, [window]);
  }
  const order = [...members]
    .map(([incident, own]) => ({
      incident,
      start: Math.min(...own.map(({ start }) => start)),
      score: scoreOf(channelsOf(own.flatMap(({ bursts }) => bursts)), corroboration, 'weight'),
    }))
    .sort(byScore);
  const place = new Map(order.map(({ incident }, i) => [incident, i + 1]));
  return windows.map((window) => ({ ...window, incident: place.get(window.incident) ?? 0 })).sort(byScore);
}
