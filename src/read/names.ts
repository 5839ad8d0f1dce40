import type { StringTable } from '../types.ts';
import { createStringTable } from '../util/tables.ts';
import type { NamePlaces } from './columns.ts';
import type { Names } from './formats/format.ts';

/** The names of one source, and the table that their numbers are of. */
export interface SourceNames extends Names {
  /** As of the last `beginBatch`. */
  readonly strings: StringTable;
  beginBatch(): void;
  /** The places that `intern` was given since it was last asked, where names are deferred. */
  takePlaces?(): NamePlaces;
}

/** Names that get their numbers from a table for good. */
export function createNames(strings: StringTable): SourceNames {
  return {
    strings,
    intern: strings.internBytes,
    text: (name) => (name === '' ? -1 : strings.intern(name)),
    beginBatch: () => {},
  };
}

/** Names that get a new table when theirs has grown large, between two batches. */
export function createForgetfulNames(): SourceNames {
  let strings = createStringTable();
  return {
    get strings() {
      return strings;
    },
    intern: (bytes, start, end) => strings.internBytes(bytes, start, end),
    text: (name) => (name === '' ? -1 : strings.intern(name)),
    beginBatch: () => {
      if (strings.size > MOST_NAMES || strings.bytes > MOST_BYTES) strings = createStringTable(strings.size);
    },
  };
}

/** Names as `names` has them, but for those that stand in the line: these are places, -2 - k for the k-th. */
export function createDeferredNames(names: SourceNames): SourceNames {
  let start = new Int32Array(1024);
  let end = new Int32Array(1024);
  let count = 0;
  return {
    get strings() {
      return names.strings;
    },
    text: names.text,
    beginBatch: names.beginBatch,
    intern: (_, from, to) => {
      if (count === start.length) {
        start = doubled(start);
        end = doubled(end);
      }
      start[count] = from;
      end[count] = to;
      count++;
      return -1 - count;
    },
    takePlaces: () => {
      const places = { start: start.slice(0, count), end: end.slice(0, count) };
      count = 0;
      return places;
    },
  };
}

// --- internal ---

function doubled(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}

/** A table of so many names stays in the cache of a processor. */
const MOST_NAMES = 16_384;
const MOST_BYTES = 4 * 1024 * 1024;
