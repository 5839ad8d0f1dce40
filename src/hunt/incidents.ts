import type { Burst, EventFacts } from './bursts.ts';

/** Two cores are linked when chance would put them this near in fewer cases than this. */
const CHANCE = 0.05;

/**
 * Joins cores that belong to one incident: they share an entity among their flagged
 * events, and lie nearer to each other than cores with that entity would by chance. An
 * entity in m cores of a span of time T has another core within d of a given one with a
 * chance of about m d / T: common entities link only what is very near.
 *
 * @param cores groups of bursts
 * @param span T, in ms
 * @param linkGap largest d, in ms
 */
export function linkByEntities(
  cores: readonly (readonly Burst[])[],
  facts: EventFacts,
  span: number,
  linkGap: number,
): Burst[][] {
  const spans = cores.map((bursts) => ({
    start: Math.min(...bursts.map(({ start }) => start)),
    end: Math.max(...bursts.map(({ end }) => end)),
  }));
  const coresOf = new Map<number, number[]>();
  cores.forEach((bursts, core) => {
    const entities = new Set(bursts.flatMap(({ flags }) => flags.flatMap(({ row }) => facts.entities(row))));
    for (const entity of entities) {
      const list = coresOf.get(entity);
      if (list) list.push(core);
      else coresOf.set(entity, [core]);
    }
  });

  const parent = cores.map((_, core) => core);
  const root = (core: number): number => {
    let at = core;
    while (parent[at] !== at) at = parent[at] ?? at;
    return at;
  };
  for (const list of coresOf.values()) {
    const near = Math.min(linkGap, (CHANCE * span) / list.length);
    for (let i = 1; i < list.length; i++) {
      const [left, right] = [list[i - 1] ?? 0, list[i] ?? 0];
      if ((spans[right]?.start ?? 0) - (spans[left]?.end ?? 0) <= near) parent[root(right)] = root(left);
    }
  }
  const incidents = new Map<number, Burst[]>();
  cores.forEach((bursts, core) => {
    const list = incidents.get(root(core));
    if (list) list.push(...bursts);
    else incidents.set(root(core), [...bursts]);
  });
  return [...incidents.values()];
}
