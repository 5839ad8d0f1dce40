import type { Entity } from '../types.ts';

/** The entity an analyst would search for: address before user before host; `null` where none of these is named. */
export function mainEntity(entities: readonly Entity[]): Entity | null {
  let best: Entity | null = null;
  let bestRank = 0;
  for (const entity of entities) {
    const rank = RANK[entity.kind];
    if (rank > bestRank) {
      best = entity;
      bestRank = rank;
    }
  }
  return best;
}

/** An entity as one string, for keys of maps and ids. */
export function entityName(entity: Entity | null): string {
  return entity ? `${entity.kind}:${entity.value}` : '';
}

// --- internal ---

const RANK: Readonly<Record<Entity['kind'], number>> = { address: 3, user: 2, host: 1, process: 0 };
