import type { EntityTable, EventColumns, RecordBatch, Template } from '../types.ts';

/** Templates of the same id as one, with all their events. */
export function mergeById(templates: readonly Template[]): Template[] {
  const byId = new Map<string, Template>();
  for (const template of templates) {
    const same = byId.get(template.id);
    byId.set(template.id, same ? { ...same, count: same.count + template.count } : template);
  }
  return [...byId.values()];
}

/** Entities of row after row. */
export interface EntityRows {
  readonly offsets: Int32Array;
  add(found: Int32Array, count: number): void;
  values(): Int32Array;
}

/** Room for the entities of so many rows, none where it is 0. */
export function createEntityRows(rows: number): EntityRows {
  const offsets = new Int32Array(rows + 1);
  let values = new Int32Array(rows * 4);
  let row = 0;
  let used = 0;
  return {
    offsets,
    add: (found, count) => {
      if (used + count > values.length) {
        const wider = new Int32Array((used + count) * 2);
        wider.set(values);
        values = wider;
      }
      for (let i = 0; i < count; i++) values[used + i] = found[i]!;
      used += count;
      offsets[++row] = used;
    },
    values: () => values.slice(0, used),
  };
}

/** The events of a batch. */
export function columnsOf(
  batch: RecordBatch,
  template: Int32Array,
  rows: EntityRows,
  entityTable: EntityTable,
): EventColumns {
  const { count, time, host, app, pid, level, line, offset, length, repeat, strings } = batch;
  return {
    count,
    time,
    template,
    host,
    app,
    pid,
    source: new Int32Array(count).fill(batch.source),
    level,
    line,
    offset,
    length,
    repeat,
    entityOffsets: rows.offsets.length === count + 1 ? rows.offsets : new Int32Array(count + 1),
    entities: rows.values(),
    strings,
    entityTable,
  };
}
