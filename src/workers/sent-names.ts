import { createForgetfulNames, createNames, type SourceNames } from '../read/index.ts';
import type { PackedStrings, RecordBatch, StringTable } from '../types.ts';
import { createStringTable } from '../util/tables.ts';
import type { SentBatch, SentNames } from './messages.ts';

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

/**
 * Gives the rows of sent batches the numbers of their names in a table of this thread,
 * which is another one when it has grown large and `forgets`.
 */
export function createNameReceiver(forgets: boolean): (batch: SentBatch, names: SentNames) => RecordBatch {
  const names = forgets ? createForgetfulNames() : createNames(createStringTable());
  const tables = new Map<number, ReceivedNames>();
  return ({ places, ...batch }, { table, added, forgotten }) => {
    names.beginBatch();
    tables.delete(forgotten);
    const received = tables.get(table) ?? createReceivedNames();
    tables.set(table, received);
    received.append(added);
    const { count, bytes, host, app, entities } = batch;
    const numberOf = (name: number): number => received.numberOf(name, names);
    for (let row = 0; row < count; row++) {
      const at = 4 * row;
      const [ofHost, ofApp] = [host[row]!, app[row]!];
      if (ofHost < -1) host[row] = names.intern(bytes, places[at]!, places[at + 1]!);
      else if (ofHost >= 0) host[row] = numberOf(ofHost);
      if (ofApp < -1) app[row] = names.intern(bytes, places[at + 2]!, places[at + 3]!);
      else if (ofApp >= 0) app[row] = numberOf(ofApp);
    }
    const named = { ...batch, strings: names.strings };
    return entities ? { ...named, entities: { ...entities, values: entities.values.map(numberOf) } } : named;
  };
}

// --- internal ---

/** A table of the other thread. */
interface ReceivedNames {
  append(names: PackedStrings): void;
  /** Number of a name of that table in a table of this thread. */
  numberOf(name: number, names: SourceNames): number;
}

function createReceivedNames(): ReceivedNames {
  const parts: { readonly first: number; readonly names: PackedStrings }[] = [];
  let numbers = new Map<number, number>();
  let size = 0;
  let strings: StringTable | undefined;
  return {
    append: (names) => {
      if (names.ends.length > 0) parts.push({ first: size, names });
      size += names.ends.length;
    },
    numberOf: (name, names) => {
      if (names.strings !== strings) {
        strings = names.strings;
        numbers = new Map();
      }
      const known = numbers.get(name);
      if (known !== undefined) return known;
      const part = parts.findLast(({ first }) => first <= name);
      if (!part) throw new RangeError(`a reading thread has not sent name ${name}`);
      const { bytes, ends } = part.names;
      const at = name - part.first;
      const number = names.strings.internBytes(bytes, at === 0 ? 0 : ends[at - 1]!, ends[at]!);
      numbers.set(name, number);
      return number;
    },
  };
}
