import type { Core } from './cores.ts';
import type { EventFacts } from './facts.ts';

/** How cores become incidents. */
export interface LinkRules {
  /** Longest silence between two cores of one incident, ms. */
  readonly linkGap: number;
  /** Two confirmed cores are linked when chance would put them this near in fewer cases than this; 1 for always. */
  readonly linkChance: number;
}

/** An unconfirmed core joins a confirmed one when chance would put it this near in fewer cases than this. */
const CHANCE = 0.05;

/**
 * Joins cores that belong to one incident: they share an entity among their flagged
 * events, and lie nearer to each other than chance would put them. An entity that is in
 * m cores of the rest of a span of time T has one within d of a given moment with a
 * chance of about (m + 1) d / T: common entities link only what is very near, and what
 * an intruder alone uses links hours. Unconfirmed cores join confirmed ones, not each other.
 *
 * @param span T, in ms
 * @returns the groups of cores in which at least one is confirmed, and the cores left over
 */
export function linkByEntities(
  cores: readonly Core[],
  facts: EventFacts,
  span: number,
  { linkGap, linkChance }: LinkRules,
): { readonly incidents: Core[][]; readonly leads: Core[][] } {
  const sorted = [...cores].sort((a, b) => a.start - b.start);
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
        const confirmed = Number(a.confirmedBy !== null) + Number(b.confirmedBy !== null);
        if (confirmed === 0) continue;
        const chance = confirmed === 2 ? linkChance : CHANCE;
        if (chance >= 1 || b.start - a.end <= (chance * span) / (elsewhere(sorted, list, a, b, linkGap) + 1)) {
          incidentOf[root(right)] = root(left);
        }
      }
    }
  }
  const groups = new Map<number, Core[]>();
  sorted.forEach((core, i) => {
    const group = groups.get(root(i));
    if (group) group.push(core);
    else groups.set(root(i), [core]);
  });
  const all = [...groups.values()];
  const isIncident = (group: readonly Core[]): boolean => group.some(({ confirmedBy }) => confirmedBy !== null);
  return { incidents: all.filter(isIncident), leads: all.filter((group) => !isIncident(group)) };
}

// --- internal ---

/** Cores of each entity, in the order of time. */
function coresByEntity(cores: readonly Core[], facts: EventFacts): Map<number, number[]> {
  const byEntity = new Map<number, number[]>();
  cores.forEach(({ bursts }, core) => {
    const entities = new Set<number>();
    for (const { flags } of bursts) for (const { row } of flags) for (const id of facts.entities(row)) entities.add(id);
    for (const entity of entities) {
      const list = byEntity.get(entity);
      if (list) list.push(core);
      else byEntity.set(entity, [core]);
    }
  });
  return byEntity;
}

/** How many cores of an entity are far from both. */
function elsewhere(cores: readonly Core[], list: readonly number[], a: Core, b: Core, linkGap: number): number {
  return list.filter((i) => {
    const core = cores[i];
    return core !== undefined && (core.end < a.start - linkGap || core.start > b.end + linkGap);
  }).length;
}
