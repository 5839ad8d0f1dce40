import type { NewRecord, NewRecords } from '../store/index.ts';

/** The lines of a round in their order, as the store takes them. */
export interface RoundRecords extends NewRecords {
  /** Adds some, behind those that are there. */
  add(records: NewRecords): void;
}

/**
 * Lines wait for the database in the columns they came in: as an object each, twenty
 * thousand of them a second would outlive the young generation of the heap.
 */
export function createRoundRecords(): RoundRecords {
  const parts: { readonly from: number; readonly records: NewRecords }[] = [];
  let length = 0;
  let last = 0;
  const partOf = (place: number): number => {
    const lastHolds = place >= (parts[last]?.from ?? 0);
    let part = lastHolds ? last : 0;
    while (part + 1 < parts.length && place >= parts[part + 1]!.from) part++;
    return part;
  };
  return {
    get length() {
      return length;
    },
    at: (place): NewRecord | undefined => {
      if (place < 0 || place >= length) return undefined;
      last = partOf(place);
      const part = parts[last];
      return part?.records.at(place - part.from);
    },
    add: (records) => {
      if (records.length === 0) return;
      parts.push({ from: length, records });
      length += records.length;
    },
  };
}
