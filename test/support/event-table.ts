import type { EntityKind, EventColumns } from '../../src/types.ts';
import { createEntityTable, createStringTable } from '../../src/util/tables.ts';

/** One event of a table made by hand. */
export interface PlainEvent {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly template?: number;
  readonly host?: string;
  readonly repeat?: number;
  readonly entities?: readonly (readonly [EntityKind, string])[];
}

/** An event table from plain objects; line numbers and offsets count up. */
export function eventTable(list: readonly PlainEvent[]): EventColumns {
  const strings = createStringTable();
  const entityTable = createEntityTable();
  const entities: number[] = [];
  const entityOffsets = [0];
  for (const event of list) {
    for (const [kind, value] of event.entities ?? []) entities.push(entityTable.intern(kind, value));
    entityOffsets.push(entities.length);
  }
  const host = Int32Array.from(list, (event) => strings.intern(event.host ?? 'host'));
  return {
    count: list.length,
    time: Float64Array.from(list, ({ at }) => at * 1000),
    template: Int32Array.from(list, ({ template }) => template ?? 0),
    host,
    app: new Int32Array(list.length).fill(-1),
    pid: new Int32Array(list.length).fill(-1),
    source: new Int32Array(list.length),
    level: new Uint8Array(list.length),
    line: Float64Array.from(list, (_, i) => i + 1),
    offset: Float64Array.from(list, (_, i) => i * 10),
    length: new Int32Array(list.length).fill(9),
    repeat: Int32Array.from(list, ({ repeat }) => repeat ?? 1),
    entityOffsets: Int32Array.from(entityOffsets),
    entities: Int32Array.from(entities),
    strings,
    entityTable,
  };
}

/** Row numbers 0 to n - 1. */
export function rows(n: number): number[] {
  return Array.from({ length: n }, (_, row) => row);
}
