import type { Burst, EventFacts } from './bursts.ts';

/** Two cores are linked when chance would put them this near in fewer cases than this. */
const CHANCE = 0.05;

/** Bursts that touch, and whether they are confirmed as something to hunt. */
export interface Core {
  readonly bursts: readonly Burst[];
  readonly confirmed: boolean;
}

/**
 * Joins cores that belong to one incident: they share an entity among their flagged
 * events, and lie nearer to each other than chance would put them. An entity that is in
 * m cores of the rest of a span of time T has one within d of a given moment with a
 * chance of about (m + 1) d / T: common entities link only what is very near, and what
 * an intruder alone uses links hours. Unconfirmed cores join confirmed ones, not each other.
 *
 * @param span T, in ms
 * @param linkGap largest d, in ms
 * @returns the groups of cores in which at least one is confirmed, and the cores left over
 */
export function linkByEntities(
  cores: readonly Core[],
  facts: EventFacts,
  span: number,
  linkGap: number,
): { readonly incidents: Burst[][]; readonly leads: Burst[][] } {
  const sorted = [...cores].map(withSpan).sort((a, b) => a.start - b.start);
  const incidentOf = sorted.map((_, core) => core);
  const root = (core: number): number => {
    let at = core;
    while (incidentOf[at] !== at) at = incidentOf[at] ?? at;
    return at;
  };
  for (const list of coresByEntity(sorted, facts).values()) {
    for (const [i, left] of list.entries()) {
      for (const right of list.slice(i + 1)) {
        const [a, b] = [sorted[left], sorted[right]];
        if (!a || !b || b.start - a.end > linkGap) break;
        if (!a.confirmed && !b.confirmed) continue;
        const elsewhere = list.filter((other) => isFar(sorted[other], a, b, linkGap)).length;
        if (b.start - a.end <= (CHANCE * span) / (elsewhere + 1)) incidentOf[root(right)] = root(left);
      }
    }
  }
  const groups = new Map<number, SpannedCore[]>();
  sorted.forEach((core, i) => {
    const group = groups.get(root(i));
    if (group) group.push(core);
    else groups.set(root(i), [core]);
  });
  const all = [...groups.values()];
  const burstsOf = (group: readonly SpannedCore[]): Burst[] => group.flatMap(({ bursts }) => bursts);
  return {
    incidents: all.filter((group) => group.some(({ confirmed }) => confirmed)).map(burstsOf),
    leads: all.filter((group) => !group.some(({ confirmed }) => confirmed)).map(burstsOf),
  };
}

// --- internal ---

interface SpannedCore extends Core {
  readonly start: number;
  readonly end: number;
}

function withSpan(core: Core): SpannedCore {
  return {
    ...core,
    start: Math.min(...core.bursts.map(({ start }) => start)),
    end: Math.max(...core.bursts.map(({ end }) => end)),
  };
}

/** Cores of each entity, in the order of time. */
function coresByEntity(cores: readonly Core[], facts: EventFacts): Map<number, number[]> {
  const byEntity = new Map<number, number[]>();
  cores.forEach(({ bursts }, core) => {
    const entities = new Set(bursts.flatMap(({ flags }) => flags.flatMap(({ row }) => facts.entities(row))));
    for (const entity of entities) {
      const list = byEntity.get(entity);
      if (list) list.push(core);
      else byEntity.set(entity, [core]);
    }
  });
  return byEntity;
}

function isFar(core: SpannedCore | undefined, a: SpannedCore, b: SpannedCore, linkGap: number): boolean {
  return core !== undefined && (core.end < a.start - linkGap || core.start > b.end + linkGap);
}
