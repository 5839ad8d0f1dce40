import { bytesOfColumns, type Columns, columnsIn, copyColumns } from '../read/index.ts';
import type { PackedStrings, RecordBatch, StringTable } from '../types.ts';
import { type PackedTable, packedStrings } from '../util/tables.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { memoryOf, type SentBatch } from './messages.ts';

/** Memory that came back from the other thread. */
export interface SpareMemory {
  readonly bytes: Uint8Array | undefined;
  readonly columns: ArrayBuffer | undefined;
}

/** A copy of a batch in memory that nothing else uses, in `spare` where it fits, and that memory. */
export function detachBatch(
  batch: RecordBatch,
  spare: SpareMemory,
): { readonly batch: SentBatch; readonly memory: ArrayBuffer[] } {
  const { strings, bytes: _, entities, ...columns } = batch;
  const room = bytesOfColumns(batch.count);
  const memory = spare.columns && spare.columns.byteLength >= room ? spare.columns : new ArrayBuffer(room);
  const own = copyColumns(columns, columnsIn(memory, batch.count));
  const bytes = takeMessages(batch, own, spare.bytes);
  const about = { count: batch.count, source: batch.source, bytes, ...own };
  const sent = { ...about, ...takeNames(own, strings, entities) };
  // The names are copied on the way: other parts of the same batch may have them too.
  return { batch: sent, memory: memoryOf({ bytes, memory }) };
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

/** Bytes in front of the first message that are copied rather than counted off from every place. */
const FEW = 4096;

/** The bytes of the messages; their places become places in these. */
function takeMessages(batch: RecordBatch, { start, end }: Columns, spare: Uint8Array | undefined): Uint8Array {
  const { count } = batch;
  let first = batch.bytes.length;
  let behind = 0;
  for (let row = 0; row < count; row++) {
    if (start[row]! < first) first = start[row]!;
    if (end[row]! > behind) behind = end[row]!;
  }
  const from = first < FEW ? 0 : Math.min(first, behind);
  const bytes = spare && spare.length >= behind - from ? spare : new Uint8Array(behind - from);
  bytes.set(batch.bytes.subarray(from, behind));
  for (let row = 0; from > 0 && row < count; row++) {
    start[row] = start[row]! - from;
    end[row] = end[row]! - from;
  }
  return bytes;
}

/** The names of the rows, whose numbers become numbers among these. */
function takeNames(
  { host, app }: Columns,
  strings: RecordBatch['strings'],
  entities: RecordBatch['entities'],
): Pick<SentBatch, 'names' | 'entities'> {
  // A part of a batch may name few of many.
  if (isPacked(strings) && strings.size <= 2 * host.length) return { names: strings.packed };
  const numbers = new Map<number, number>();
  const numberOf = (name: number): number => {
    if (name < 0) return name;
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
  for (const column of [host, app]) for (let row = 0; row < column.length; row++) column[row] = numberOf(column[row]!);
  const values = entities?.values.map(numberOf);
  const names = pack([...numbers.keys()].map((name) => strings.value(name)));
  return entities && values ? { names, entities: { ...entities, values } } : { names };
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
