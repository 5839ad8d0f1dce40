import type { Entity, EventColumns } from '../types.ts';

/** How often each entity is named, in bounded memory. */
export interface Mentions {
  /** Counts the entities of an event. */
  add(events: EventColumns, row: number): void;
  /** Share of all events that name an entity, 1 for none. */
  share(entity: Entity | null): number;
  snapshot(): readonly (readonly [string, number])[];
}

/** Entities that are counted; those that come later are as rare as it gets. */
const MOST = 100_000;
const ALL = '';

export function createMentions(from: Iterable<readonly [string, number]> = []): Mentions {
  const counts = new Map<string, number>(from);
  return {
    add: ({ repeat, entities, entityOffsets, entityTable }, row) => {
      counts.set(ALL, (counts.get(ALL) ?? 0) + repeat[row]!);
      for (let e = entityOffsets[row]!; e < entityOffsets[row + 1]!; e++) {
        const entity = entityTable.entity(entities[e]!);
        if (entity.kind === 'process') continue;
        const name = nameOf(entity);
        const known = counts.get(name);
        if (known !== undefined || counts.size < MOST) counts.set(name, (known ?? 0) + 1);
      }
    },
    share: (entity) => {
      if (entity === null) return 1;
      return Math.min(1, (counts.get(nameOf(entity)) ?? 1) / Math.max(1, counts.get(ALL) ?? 1));
    },
    snapshot: () => [...counts],
  };
}

// --- internal ---

function nameOf({ kind, value }: Entity): string {
  return `${kind}\0${value}`;
}
