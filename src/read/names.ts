import type { PackedStrings, Strings, StringTable } from '../types.ts';
import { createStringTable, joinStrings, packedStrings } from '../util/tables.ts';
import type { Names } from './formats/format.ts';

/** The words of a block. */
export interface BlockWords {
  /** Number of the word between two places of the block, -1 where there are `most` already. */
  number(start: number, end: number): number;
  readonly most: number;
  /** All of them, in memory of their own. */
  packed(): PackedStrings;
}

/** The names of one source. */
export interface SourceNames extends Names {
  beginBatch(): void;
  /** What the numbers since `beginBatch` stand for. */
  ofBatch(): Strings;
  /** Takes the words of its blocks for names, where numbers need not last. */
  useWords?(words: BlockWords): void;
}

/** Names that get their numbers from a table for good. */
export function createNames(strings: StringTable): SourceNames {
  return {
    intern: strings.internBytes,
    text: (name) => (name === '' ? -1 : strings.intern(name)),
    beginBatch: () => {},
    ofBatch: () => strings,
  };
}

/** Names whose numbers hold for one batch. */
export function createBatchNames(): SourceNames {
  let strings = createStringTable();
  let words: BlockWords | undefined;
  return {
    useWords: (those) => {
      words = those;
    },
    intern: (bytes, start, end) => {
      const word = words ? words.number(start, end) : -1;
      // There may be more names than words.
      return word >= 0 ? word : (words?.most ?? 0) + strings.internBytes(bytes, start, end);
    },
    text: (name) => (name === '' ? -1 : strings.intern(name)),
    beginBatch: () => {
      if (strings.size > 0) strings = createStringTable();
    },
    ofBatch: () => {
      if (!words) return strings;
      return packedStrings(strings.size === 0 ? words.packed() : joinStrings(words.packed(), strings.after(0)));
    },
  };
}
