import type { Parameter } from '../types.ts';
import { decodeUtf8 } from '../util/utf8.ts';

/** Where the variable parts of a message stand: part i is `bytes[starts[i], ends[i])`, of kind `kinds[i]`. */
export interface ParameterPlaces {
  readonly count: number;
  readonly kinds: readonly string[];
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Places that are written down, message after message. */
export interface PlaceList extends ParameterPlaces {
  clear(): void;
  add(kind: string, start: number, end: number): void;
}

/** An empty list, which grows. */
export function createPlaceList(): PlaceList {
  const kinds: string[] = [];
  let starts = new Int32Array(64);
  let ends = new Int32Array(64);
  let count = 0;
  return {
    kinds,
    get count() {
      return count;
    },
    get starts() {
      return starts;
    },
    get ends() {
      return ends;
    },
    clear: () => {
      count = 0;
    },
    add: (kind, start, end) => {
      if (count === starts.length) {
        starts = twice(starts);
        ends = twice(ends);
      }
      kinds[count] = kind;
      starts[count] = start;
      ends[count] = end;
      count++;
    },
  };
}

/** The parts themselves. */
export function parametersAt(bytes: Uint8Array, { count, kinds, starts, ends }: ParameterPlaces): Parameter[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: kinds[i]!,
    value: decodeUtf8(bytes, starts[i], ends[i]),
  }));
}

// --- internal ---

function twice(list: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(2 * list.length);
  wider.set(list);
  return wider;
}
