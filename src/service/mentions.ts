import type { Entity, EntityTable, EventColumns } from '../types.ts';

/** How often each entity is named, in bounded memory. */
export interface Mentions {
  /** Counts the entities of an event. */
  add(events: EventColumns, row: number): void;
  /** Share of all events that name an entity, 1 for none. */
  share(entity: Entity | null): number;
  snapshot(): readonly (readonly [string, number])[];
}

/** Entities that are counted; those that come later are as rare as it gets. */
const MOST = 20_000;
const ALL = '';

export function createMentions(from: Iterable<readonly [string, number]> = []): Mentions {
  const counters = new Map<string, Counter>();
  for (const [name, count] of from) counters.set(name, { count });
  const all = counters.get(ALL) ?? { count: 0 };
  counters.set(ALL, all);
  /** By the numbers of the table that is in use. */
  let table: EntityTable | undefined;
  let numbered: Counter[] = [];

  const counterOf = ({ kind, value }: Entity): Counter => {
    if (kind === 'process') return { count: 0 };
    const name = nameOf({ kind, value });
    const known = counters.get(name);
    if (known) return known;
    const counter = { count: 0 };
    if (counters.size < MOST) counters.set(name, counter);
    return counter;
  };

  return {
    add: ({ repeat, entities, entityOffsets, entityTable }, row) => {
      if (entityTable !== table) {
        table = entityTable;
        numbered = [];
      }
      all.count += repeat[row]!;
      for (let e = entityOffsets[row]!; e < entityOffsets[row + 1]!; e++) {
        const number = entities[e]!;
        numbered[number] ??= counterOf(entityTable.entity(number));
        numbered[number].count++;
      }
    },
    share: (entity) => {
      if (entity === null) return 1;
      return Math.min(1, (counters.get(nameOf(entity))?.count ?? 1) / Math.max(1, all.count));
    },
    snapshot: () => Array.from(counters, ([name, { count }]) => [name, count] as const),
  };
}

// --- internal ---

interface Counter {
  count: number;
}

function nameOf({ kind, value }: Entity): string {
  return `${kind}\0${value}`;
}
