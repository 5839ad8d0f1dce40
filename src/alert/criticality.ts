import type { Entity } from '../types.ts';
import { entityName } from './entities.ts';

/** How much one asset matters, 0 to 1. */
export interface AssetCriticality {
  readonly entity: Entity;
  readonly value: number;
}

/** How much the assets matter that an alert names: the largest value of those that are known, 0.5 where none is. */
export function criticalityOf(assets: readonly AssetCriticality[]): (entities: readonly Entity[]) => number {
  const values = new Map(assets.map(({ entity, value }) => [entityName(entity), value]));
  return (entities) => {
    const known = entities.flatMap((entity) => values.get(entityName(entity)) ?? []);
    return known.length === 0 ? UNKNOWN_ASSET : Math.max(...known);
  };
}

// --- internal ---

const UNKNOWN_ASSET = 0.5;
