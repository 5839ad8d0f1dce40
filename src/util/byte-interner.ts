import { decodeUtf8 } from './utf8.ts';

/** Numbers for byte strings, without making a JavaScript string for one that is already known. */
export interface ByteInterner {
  /** Number of `bytes[start, end)`. */
  intern(bytes: Uint8Array, start: number, end: number): number;
}

/**
 * An open-addressing table from byte strings to the numbers that `number` gives out:
 * it is called once per distinct value. Bytes are compared, so that two values
 * never share a number by accident.
 */
export function createByteInterner(number: (value: string) => number): ByteInterner {
  let slots = new Int32Array(256);
  let hashes = new Int32Array(128);
  let starts = new Int32Array(129);
  let numbers = new Int32Array(128);
  let arena = new Uint8Array(2048);
  let count = 0;
  let last = -1;

  const equals = (entry: number, bytes: Uint8Array, start: number, length: number): boolean => {
    const at = starts[entry]!;
    if (starts[entry + 1]! - at !== length) return false;
    for (let i = 0; i < length; i++) if (arena[at + i] !== bytes[start + i]) return false;
    return true;
  };

  const add = (hash: number, bytes: Uint8Array, start: number, end: number): number => {
    if (count === hashes.length) {
      hashes = grown(hashes, new Int32Array(count * 2));
      numbers = grown(numbers, new Int32Array(count * 2));
      starts = grown(starts, new Int32Array(count * 2 + 1));
    }
    const at = starts[count]!;
    if (at + end - start > arena.length) arena = grown(arena, new Uint8Array((at + end - start) * 2));
    arena.set(bytes.subarray(start, end), at);
    hashes[count] = hash;
    starts[count + 1] = at + end - start;
    numbers[count] = number(decodeUtf8(bytes, start, end));
    count++;
    if (count * 2 > slots.length) {
      slots = new Int32Array(slots.length * 2);
      for (let entry = 0; entry < count; entry++) place(hashes[entry]!, entry);
    } else {
      place(hash, count - 1);
    }
    return count - 1;
  };

  const place = (hash: number, entry: number): void => {
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry + 1;
  };

  return {
    intern: (bytes, start, end) => {
      const length = end - start;
      // Logs repeat: the value of the line before is the most likely one.
      if (last >= 0 && equals(last, bytes, start, length)) return numbers[last]!;
      let hash = 0x811c9dc5;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
      hash ^= hash >>> 15;
      const mask = slots.length - 1;
      let slot = hash & mask;
      for (let entry = slots[slot]! - 1; entry >= 0; entry = slots[slot]! - 1) {
        if (hashes[entry] === hash && equals(entry, bytes, start, length)) {
          last = entry;
          return numbers[entry]!;
        }
        slot = (slot + 1) & mask;
      }
      last = add(hash, bytes, start, end);
      return numbers[last]!;
    },
  };
}

// --- internal ---

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
