import type { Entity, EntityKind, EntityTable, PackedStrings, Strings, StringTable } from '../types.ts';
import { createByteIndex } from './byte-index.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** An empty `StringTable`. JavaScript strings are made where they are asked for. */
export function createStringTable(): StringTable {
  const index = createByteIndex();
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
  };
}

/** Strings that are there already, and what they are packed in. */
export interface PackedTable extends Strings {
  readonly packed: PackedStrings;
}

/** Packed strings as a table; bytes that are no UTF-8 are shown as U+FFFD. */
export function packedStrings(packed: PackedStrings): PackedTable {
  const { bytes, ends } = packed;
  const texts: string[] = [];
  return {
    packed,
    size: ends.length,
    value: (id) => {
      if (id < 0) return '';
      texts[id] ??= decodeUtf8(bytes, id === 0 ? 0 : ends[id - 1], ends[id]);
      return texts[id];
    },
  };
}

/** The strings of one followed by those of the other. */
export function joinStrings(first: PackedStrings, second: PackedStrings): PackedStrings {
  const bytes = new Uint8Array(first.bytes.length + second.bytes.length);
  bytes.set(first.bytes);
  bytes.set(second.bytes, first.bytes.length);
  const ends = new Int32Array(first.ends.length + second.ends.length);
  ends.set(first.ends);
  second.ends.forEach((end, i) => {
    ends[first.ends.length + i] = first.bytes.length + end;
  });
  return { bytes, ends };
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
