import { CaracalError } from '../errors.ts';
import type { EventColumns } from '../types.ts';

/**
 * One table out of several, in their order. All must share one string table and one
 * entity table, as the batches of one reader and one parser do.
 *
 * @throws CaracalError `E_INTERNAL` where they do not, or where there is none
 */
export function concatEvents(parts: readonly EventColumns[]): EventColumns {
  const first = parts[0];
  if (!first)
    throw new CaracalError('E_INTERNAL', 'There are no events to put together. Check for an empty input before.');
  if (parts.length === 1) return first;
  if (parts.some((part) => part.strings !== first.strings || part.entityTable !== first.entityTable)) {
    throw new CaracalError(
      'E_INTERNAL',
      'Events of different readers or parsers cannot be put together. Use one of each.',
    );
  }
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const float = (column: (part: EventColumns) => Float64Array) => joined(new Float64Array(count), parts, column);
  const int = (column: (part: EventColumns) => Int32Array) => joined(new Int32Array(count), parts, column);
  const entityOffsets = new Int32Array(count + 1);
  const entities = new Int32Array(parts.reduce((sum, part) => sum + (part.entityOffsets[part.count] ?? 0), 0));
  let row = 0;
  let used = 0;
  for (const part of parts) {
    for (let i = 1; i <= part.count; i++) entityOffsets[row + i] = used + part.entityOffsets[i]!;
    entities.set(part.entities, used);
    row += part.count;
    used += part.entityOffsets[part.count]!;
  }
  return {
    count,
    time: float((part) => part.time),
    template: int((part) => part.template),
    host: int((part) => part.host),
    app: int((part) => part.app),
    pid: int((part) => part.pid),
    source: int((part) => part.source),
    level: joined(new Uint8Array(count), parts, (part) => part.level),
    line: float((part) => part.line),
    offset: float((part) => part.offset),
    length: int((part) => part.length),
    repeat: int((part) => part.repeat),
    entityOffsets,
    entities,
    strings: first.strings,
    entityTable: first.entityTable,
  };
}

// --- internal ---

function joined<T extends { set(from: T, at: number): void; readonly length: number }>(
  whole: T,
  parts: readonly EventColumns[],
  column: (part: EventColumns) => T,
): T {
  let at = 0;
  for (const part of parts) {
    whole.set(column(part), at);
    at += part.count;
  }
  return whole;
}
