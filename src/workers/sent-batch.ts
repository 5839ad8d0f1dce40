import type { PackedStrings, RecordBatch, StringTable } from '../types.ts';
import { type PackedTable, packedStrings } from '../util/tables.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { memoryOf, type SentBatch } from './messages.ts';

/**
 * A batch whose memory nothing else uses, and that memory. Its bytes are copied, into
 * `spare` where they fit, its columns where they are parts of larger ones; the batch
 * itself is used up.
 */
export function detachBatch(
  batch: RecordBatch,
  spare: Uint8Array | undefined,
): { readonly batch: SentBatch; readonly memory: ArrayBuffer[] } {
  const { strings: _, ...columns } = batch;
  const bytes = messagesOf(batch, spare);
  const own = {
    ...columns,
    ...namesOf(batch),
    ...bytes,
    time: detached(batch.time),
    level: detached(batch.level),
    pid: detached(batch.pid),
    line: detached(batch.line),
    offset: detached(batch.offset),
    length: detached(batch.length),
    repeat: detached(batch.repeat),
  };
  // The names are copied on the way: other parts of the same batch may have them too.
  return { batch: own, memory: memoryOf(own) };
}

/** The batch that was sent; its names get numbers of `lasting`, where that is given. */
export function attachBatch({ names, ...batch }: SentBatch, lasting: StringTable | undefined): RecordBatch {
  if (!lasting) return { ...batch, strings: packedStrings(names) };
  const numbers = Array.from(names.ends, (end, i) =>
    lasting.internBytes(names.bytes, i === 0 ? 0 : names.ends[i - 1]!, end),
  );
  const { host, app, entities } = batch;
  for (const column of [host, app]) {
    for (let row = 0; row < column.length; row++) if (column[row]! >= 0) column[row] = numbers[column[row]!]!;
  }
  const named = { ...batch, strings: lasting };
  const values = entities?.values.map((name) => numbers[name] ?? -1);
  return entities && values ? { ...named, entities: { ...entities, values } } : named;
}

// --- internal ---

type Part<K extends keyof RecordBatch> = Pick<RecordBatch, K>;

/** Bytes in front of the first message that are copied rather than counted off from every place. */
const FEW = 4096;

/** The bytes of the messages, and where these stand in them. */
function messagesOf(batch: RecordBatch, spare: Uint8Array | undefined): Part<'bytes' | 'start' | 'end'> {
  const { count, start, end } = batch;
  let first = batch.bytes.length;
  let behind = 0;
  for (let row = 0; row < count; row++) {
    if (start[row]! < first) first = start[row]!;
    if (end[row]! > behind) behind = end[row]!;
  }
  const from = first < FEW ? 0 : Math.min(first, behind);
  const bytes = spare && spare.length >= behind - from ? spare : new Uint8Array(behind - from);
  bytes.set(batch.bytes.subarray(from, behind));
  if (from === 0) return { bytes, start: detached(start), end: detached(end) };
  return { bytes, start: start.map((place) => place - from), end: end.map((place) => place - from) };
}

/** The names of the rows, and their numbers among these. */
function namesOf({ count, host, app, entities, strings }: RecordBatch): Part<'host' | 'app'> & {
  readonly names: PackedStrings;
  readonly entities?: NonNullable<RecordBatch['entities']>;
} {
  // A part of a batch may name few of many.
  if (isPacked(strings) && strings.size <= 2 * count) {
    return { host: detached(host), app: detached(app), names: strings.packed };
  }
  const numbers = new Map<number, number>();
  const numberOf = (name: number): number => {
    if (name < 0) return name;
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
  const rows = { host: host.map(numberOf), app: app.map(numberOf) };
  const values = entities?.values.map(numberOf);
  const names = pack([...numbers.keys()].map((name) => strings.value(name)));
  return entities && values ? { ...rows, names, entities: { ...entities, values } } : { ...rows, names };
}

function isPacked(strings: RecordBatch['strings']): strings is PackedTable {
  return 'packed' in strings;
}

function pack(texts: readonly string[]): PackedStrings {
  const parts = texts.map(encodeUtf8);
  const ends = new Int32Array(parts.length);
  let size = 0;
  parts.forEach((part, i) => {
    size += part.length;
    ends[i] = size;
  });
  const bytes = new Uint8Array(size);
  parts.forEach((part, i) => {
    bytes.set(part, i === 0 ? 0 : ends[i - 1]);
  });
  return { bytes, ends };
}

/** A column without what else its memory holds: other batches are parts of the same columns. */
function detached<T extends Float64Array | Int32Array | Uint8Array>(column: T): T {
  return column.byteLength === column.buffer.byteLength ? column : (column.slice() as T);
}
