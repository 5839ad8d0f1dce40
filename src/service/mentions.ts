import type { Entity, EventColumns } from '../types.ts';

/** How often each entity is named, in bounded memory. */
export interface Mentions {
  /** Counts the entities of some events; gives how many events there were. */
  add(events: EventColumns): number;
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
    add: (events) => {
      const repeats = events.repeat.reduce((sum, repeat) => sum + repeat, 0);
      counts.set(ALL, (counts.get(ALL) ?? 0) + repeats);
      const inBatch = new Map<number, number>();
      for (const id of events.entities) inBatch.set(id, (inBatch.get(id) ?? 0) + 1);
      for (const [id, count] of inBatch) {
        const entity = events.entityTable.entity(id);
        if (entity.kind === 'process') continue;
        const name = nameOf(entity);
        const known = counts.get(name);
        if (known !== undefined || counts.size < MOST) counts.set(name, (known ?? 0) + count);
      }
      return repeats;
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
