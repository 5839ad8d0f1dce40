import type { Entity, EntityKind, EntityTable, StringTable } from '../types.ts';

/** An empty `StringTable`. */
export function createStringTable(): StringTable {
  const ids = new Map<string, number>();
  const values: string[] = [];
  return {
    intern: (value) => {
      const known = ids.get(value);
      if (known !== undefined) return known;
      ids.set(value, values.length);
      return values.push(value) - 1;
    },
    value: (id) => values[id] ?? '',
    get size() {
      return values.length;
    },
  };
}

/** An empty `EntityTable`. */
export function createEntityTable(): EntityTable {
  const ids = new Map<string, number>();
  const values: Entity[] = [];
  return {
    intern: (kind: EntityKind, value: string) => {
      const name = `${kind}\0${value}`;
      const known = ids.get(name);
      if (known !== undefined) return known;
      ids.set(name, values.length);
      return values.push({ kind, value }) - 1;
    },
    entity: (id) => values[id] ?? { kind: 'host', value: '' },
    get size() {
      return values.length;
    },
  };
}
