import type { SequenceSet } from '../types.ts';
import { BEGIN, END } from './vocabulary.ts';

/**
 * Every position of every sequence with the `size` keys before it, equal ones kept
 * once: most log windows repeat, so a model trains on unique windows with their
 * multiplicity as weight, scores each once and scatters the result.
 *
 * A sequence of n keys has n positions, one more for its end `$` where it is closed.
 */
export interface WindowSet {
  /** Keys before the position, `^` where there are none. */
  readonly size: number;
  /** Number of unique windows. */
  readonly count: number;
  /** Codes, `count * size`, oldest first. */
  readonly history: Int32Array;
  /** Code of the key at the position, `count`. */
  readonly next: Int32Array;
  /** How often each unique window occurs, `count`. */
  readonly weight: Float32Array;
  /** Unique window of each score row. */
  readonly windowOf: Int32Array;
  /** Score rows of each sequence, as `SequenceScores.offsets`. */
  readonly offsets: Int32Array;
}

/** Score rows of each sequence: one per key, one more for the end of a closed session. */
export function scoreOffsets(set: SequenceSet): Int32Array {
  const offsets = new Int32Array(set.count + 1);
  for (let s = 0; s < set.count; s++) {
    const rows = (set.offsets[s + 1] ?? 0) - (set.offsets[s] ?? 0) + (set.closed[s] ?? 0);
    offsets[s + 1] = (offsets[s] ?? 0) + rows;
  }
  return offsets;
}

/**
 * All windows of `set`, de-duplicated.
 *
 * @param codes vocabulary code of each entry of `set.keyNames`
 * @param size keys before the judged one
 * @param before of each sequence, the last `size` codes before its first; `^` where not given
 */
export function slidingWindows(
  set: SequenceSet,
  codes: Int32Array,
  size: number,
  before?: readonly (ArrayLike<number> | null)[],
): WindowSet {
  const offsets = scoreOffsets(set);
  const rows = offsets[set.count] ?? 0;
  const windowOf = new Int32Array(rows);
  const index = createWindowIndex(size + 1, rows);
  const window = new Int32Array(size + 1);
  for (let s = 0, row = 0; s < set.count; s++) {
    window.fill(BEGIN);
    const earlier = before?.[s];
    if (earlier) window.set(earlier, 1);
    const end = set.offsets[s + 1]!;
    for (let position = set.offsets[s]!; position < end; position++) {
      window.copyWithin(0, 1);
      window[size] = codes[set.keys[position]!]!;
      windowOf[row++] = index.add(window);
    }
    if (set.closed[s]) {
      window.copyWithin(0, 1);
      window[size] = END;
      windowOf[row++] = index.add(window);
    }
  }
  return { size, windowOf, offsets, ...index.finish() };
}

// --- internal ---

/** Open-addressing table of fixed-width rows of codes; grows with the number of unique rows. */
function createWindowIndex(width: number, most: number) {
  let capacity = 1 << 10;
  let slots = new Int32Array(capacity * 2).fill(-1);
  let rows = new Int32Array(capacity * width);
  let hashes = new Int32Array(capacity);
  let counts = new Float32Array(capacity);
  let count = 0;

  const grow = (): void => {
    capacity *= 2;
    rows = resized(rows, Math.min(capacity, most + 1) * width);
    hashes = resized(hashes, capacity);
    counts = resized(counts, capacity);
    slots = new Int32Array(capacity * 2).fill(-1);
    const mask = slots.length - 1;
    for (let row = 0; row < count; row++) {
      let slot = hashes[row]! & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = row;
    }
  };

  const equal = (row: number, window: Int32Array): boolean => {
    const start = row * width;
    for (let i = 0; i < width; i++) if (rows[start + i] !== window[i]) return false;
    return true;
  };

  return {
    add(window: Int32Array): number {
      let hash = 0x811c9dc5 | 0;
      for (let i = 0; i < width; i++) {
        hash = Math.imul(hash ^ window[i]!, 0x9e3779b1);
        hash ^= hash >>> 15;
      }
      const mask = slots.length - 1;
      let slot = hash & mask;
      for (let row = slots[slot]!; row !== -1; row = slots[slot]!) {
        if (hashes[row] === hash && equal(row, window)) {
          counts[row]! += 1;
          return row;
        }
        slot = (slot + 1) & mask;
      }
      if (count + 1 >= capacity) {
        grow();
        const wider = slots.length - 1;
        slot = hash & wider;
        while (slots[slot] !== -1) slot = (slot + 1) & wider;
      }
      slots[slot] = count;
      hashes[count] = hash;
      counts[count] = 1;
      rows.set(window, count * width);
      return count++;
    },
    finish() {
      const history = new Int32Array(count * (width - 1));
      const next = new Int32Array(count);
      for (let row = 0; row < count; row++) {
        history.set(rows.subarray(row * width, (row + 1) * width - 1), row * (width - 1));
        next[row] = rows[(row + 1) * width - 1]!;
      }
      return { count, history, next, weight: counts.slice(0, count) };
    },
  };
}

function resized<T extends Int32Array | Float32Array>(old: T, length: number): T {
  const wider = (old instanceof Int32Array ? new Int32Array(length) : new Float32Array(length)) as T;
  wider.set(old.subarray(0, Math.min(old.length, length)));
  return wider;
}
