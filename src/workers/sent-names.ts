import type { PackedStrings, Strings, StringTable } from '../types.ts';
import { decodeUtf8 } from '../util/utf8.ts';
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
export function createNameReceiver(): (names: SentNames) => Strings {
  const lists = new Map<number, ReceivedStrings>();
  return ({ table, added, forgotten }) => {
    lists.delete(forgotten);
    const list = lists.get(table) ?? createReceivedStrings();
    lists.set(table, list);
    if (added.ends.length > 0) list.append(added);
    return list;
  };
}

// --- internal ---

interface ReceivedStrings extends Strings {
  append(strings: PackedStrings): void;
}

/** Strings as they came, decoded where they are asked for. */
function createReceivedStrings(): ReceivedStrings {
  const parts: { readonly first: number; readonly strings: PackedStrings }[] = [];
  const decoded = new Map<number, string>();
  let size = 0;
  const decode = (id: number): string => {
    let low = 0;
    for (let high = parts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((parts[middle]?.first ?? 0) <= id) low = middle;
      else high = middle - 1;
    }
    const { first, strings } = parts[low]!;
    return decodeUtf8(strings.bytes, id === first ? 0 : strings.ends[id - first - 1], strings.ends[id - first]);
  };
  return {
    append: (strings) => {
      parts.push({ first: size, strings });
      size += strings.ends.length;
    },
    value: (id) => {
      if (id < 0 || id >= size) return '';
      const known = decoded.get(id);
      if (known !== undefined) return known;
      if (decoded.size >= MOST_DECODED) decoded.clear();
      const text = decode(id);
      decoded.set(id, text);
      return text;
    },
    get size() {
      return size;
    },
  };
}

const MOST_DECODED = 4096;
