import type { StringTable } from '../types.ts';
import { createStringTable } from '../util/tables.ts';
import type { Names } from './formats/format.ts';

/** The names of one source, and the table that their numbers are of. */
export interface SourceNames extends Names {
  /** As of the last `beginBatch`. */
  readonly strings: StringTable;
  beginBatch(): void;
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
      if (strings.size > MOST_NAMES || strings.bytes > MOST_BYTES) strings = createStringTable();
    },
  };
}

// --- internal ---

/** A table of so many names stays in the cache of a processor. */
const MOST_NAMES = 16_384;
const MOST_BYTES = 4 * 1024 * 1024;
