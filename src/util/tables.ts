import type { Entity, EntityKind, EntityTable, StringTable } from '../types.ts';
import { createByteIndex } from './byte-index.ts';
import { encodeUtf8 } from './utf8.ts';

/**
 * An empty `StringTable`. JavaScript strings are made where they are asked for.
 *
 * @param room strings that it has room for before it grows
 */
export function createStringTable(room?: number): StringTable {
  const index = createByteIndex(room);
  return {
    intern: (value) => {
      const bytes = encodeUtf8(value);
      return index.intern(bytes, 0, bytes.length);
    },
    internBytes: index.intern,
    value: (id) => (id < 0 ? '' : index.text(id)),
    after: index.after,
    get size() {
      return index.size;
    },
    get bytes() {
      return index.bytes;
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
