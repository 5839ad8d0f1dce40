import type { StringTable } from '../types.ts';
import { createStringTable } from '../util/tables.ts';
import type { SentNames } from './messages.ts';

/** Tells another thread of the tables that batches name, each string once. */
export function createNameSender(): (source: number, strings: StringTable) => SentNames {
  const sent = new Map<StringTable, { readonly table: number; known: number }>();
  const current = new Map<number, StringTable>();
  let tables = 0;
  return (source, strings) => {
    const previous = current.get(source);
    current.set(source, strings);
    let forgotten = -1;
    // The batches of a source come in order: a table that one of them has left behind, no later one names.
    if (previous && ![...current.values()].includes(previous)) {
      forgotten = sent.get(previous)?.table ?? -1;
      sent.delete(previous);
    }
    const entry = sent.get(strings) ?? { table: tables++, known: 0 };
    sent.set(strings, entry);
    const added = strings.after(entry.known);
    entry.known = strings.size;
    return { table: entry.table, added, forgotten };
  };
}

/** The tables as the other thread has them. */
export function createNameReceiver(): (names: SentNames) => StringTable {
  const tables = new Map<number, StringTable>();
  return ({ table, added: { bytes, ends }, forgotten }) => {
    tables.delete(forgotten);
    const strings = tables.get(table) ?? createStringTable();
    tables.set(table, strings);
    let start = 0;
    for (const end of ends) {
      strings.internBytes(bytes, start, end);
      start = end;
    }
    return strings;
  };
}
