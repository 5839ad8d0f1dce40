import { type Burst, jointWeight } from './bursts.ts';
import type { Corroboration } from './corroboration.ts';

/** What made a core more than a lead: enough by itself, together with another channel, or with another host. */
export type Confirmation = 'own' | 'channels' | 'entities';

/** Bursts of one host that touch, and whether they are confirmed as something to hunt. Times are epoch ms. */
export interface Core {
  readonly host: number;
  readonly bursts: readonly Burst[];
  readonly start: number;
  readonly end: number;
  /** Evidence per channel, the strongest first. */
  readonly channels: readonly ChannelEvidence[];
  /** What the channels come to together. */
  readonly score: number;
  /** `null` for a lead. */
  readonly confirmedBy: Confirmation | null;
}

/** What one channel says. */
export interface ChannelEvidence {
  readonly name: string;
  /** Of its strongest burst: what confirms. */
  readonly evidence: number;
  /** With what its different facts add: what ranks. */
  readonly weight: number;
}

/** What confirms a core. */
export interface CoreRules {
  /** Bursts this close to each other touch, ms. */
  readonly tolerance: number;
  /** Evidence from which a core is confirmed. */
  readonly solo: number;
  readonly corroboration: Corroboration;
}

/**
 * Groups bursts that touch on the same host, and confirms what reaches the solo
 * threshold: one channel alone, several together, or with what happens on another host
 * at the same time.
 */
export function findCores(bursts: readonly Burst[], rules: CoreRules): Core[] {
  const cores = touching(bursts, rules.tolerance).map((group) => ownCore(group, rules));
  cores.sort((a, b) => a.start - b.start);
  const { tolerance, solo, corroboration } = rules;
  return cores.map((core, i) => {
    if (core.confirmedBy !== null) return core;
    const score = scoreAcross(cores, i, tolerance, corroboration);
    return score > 0 && corroboration.across(score) >= solo ? { ...core, confirmedBy: 'entities' as const } : core;
  });
}

/** What a core comes to with the strongest that it meets on another host; 0 where it meets none. `cores` are in the order of their starts. */
export function scoreAcross(
  cores: readonly Core[],
  at: number,
  tolerance: number,
  corroboration: Corroboration,
): number {
  const elsewhere = strongestElsewhere(cores, at, tolerance);
  const added = Math.min(elsewhere, corroboration.entities);
  return added > 0 ? (cores[at]?.score ?? 0) + added : 0;
}

/** Evidence of each channel of some bursts, the strongest first. */
export function channelsOf(bursts: readonly Burst[]): ChannelEvidence[] {
  return [...new Set(bursts.map(({ channel }) => channel))]
    .map((name) => {
      const own = bursts.filter(({ channel }) => channel === name);
      return { name, evidence: Math.max(...own.map(({ evidence }) => evidence)), weight: jointWeight(own) };
    })
    .sort((a, b) => b.evidence - a.evidence || b.weight - a.weight);
}

/** What channels come to together: the strongest, and of each other what it is worth beside that one. */
export function scoreOf(
  channels: readonly ChannelEvidence[],
  corroboration: Corroboration,
  by: 'evidence' | 'weight' = 'evidence',
): number {
  const [first, ...others] = channels;
  if (!first) return 0;
  return others.reduce(
    (sum, other) => sum + Math.min(other[by], corroboration.channels(first.name, other.name)),
    first[by],
  );
}

// --- internal ---

function ownCore(bursts: readonly Burst[], { solo, corroboration }: CoreRules): Core {
  const channels = channelsOf(bursts);
  const score = scoreOf(channels, corroboration);
  const own = (channels[0]?.evidence ?? 0) >= solo;
  return {
    host: bursts[0]?.host ?? -1,
    bursts,
    start: Math.min(...bursts.map(({ start }) => start)),
    end: Math.max(...bursts.map(({ end }) => end)),
    channels,
    score,
    confirmedBy: own ? 'own' : channels.length > 1 && corroboration.together(score) >= solo ? 'channels' : null,
  };
}

/** Groups of bursts that touch each other within the tolerance on the same host. */
function touching(bursts: readonly Burst[], tolerance: number): Burst[][] {
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

/** Largest score of a core on another host that core `at` meets; `cores` are in the order of their starts. */
function strongestElsewhere(cores: readonly Core[], at: number, tolerance: number): number {
  const core = cores[at];
  let strongest = 0;
  for (let i = 0; core && i < cores.length; i++) {
    const other = cores[i];
    if (!other || other.start - core.end > tolerance) break;
    if (other.host !== core.host && core.start - other.end <= tolerance) strongest = Math.max(strongest, other.score);
  }
  return strongest;
}
