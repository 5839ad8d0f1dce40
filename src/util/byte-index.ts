import type { PackedStrings } from '../types.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Numbers for byte strings, without making a JavaScript string of them. */
export interface ByteIndex {
  /** Number of `bytes[start, end)`, a new one if it was never seen. Bytes that are the same text have the same number. */
  intern(bytes: Uint8Array, start: number, end: number): number;
  /** The text of a number. */
  text(id: number): string;
  /** The bytes of the numbers from `from` on. */
  after(from: number): PackedStrings;
  /** One more than the last number. */
  readonly size: number;
}

/**
 * An open-addressing table over an arena of bytes. Bytes are compared, so that two
 * values never share a number by accident; a text is decoded when it is asked for.
 *
 * @param room values that it has room for before it grows
 */
export function createByteIndex(room = 128): ByteIndex {
  /** Two numbers each: a hash, and the number plus one. */
  let slots = new Int32Array(2 ** (2 + Math.ceil(Math.log2(room))));
  let mask = slots.length / 2 - 1;
  let starts = new Int32Array(room + 1);
  let arena = new Uint8Array(16 * room);
  let count = 0;
  /** Canonical numbers of byte strings that are no UTF-8. */
  const aliases = new Map<number, number>();
  let last = -1;
  let before = -1;
  const decoded: string[] = [];
  const decodedIds = new Int32Array(DECODED).fill(-1);

  const equals = (id: number, bytes: Uint8Array, start: number, length: number): boolean => {
    const at = starts[id]!;
    if (starts[id + 1]! - at !== length) return false;
    for (let i = 0; i < length; i++) if (arena[at + i] !== bytes[start + i]) return false;
    return true;
  };

  const place = (hash: number, id: number): void => {
    let slot = hash & mask;
    while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
    slots[2 * slot] = hash;
    slots[2 * slot + 1] = id + 1;
  };

  const grow = (): void => {
    const old = slots;
    slots = new Int32Array(old.length * 2);
    mask = slots.length / 2 - 1;
    for (let at = 0; at < old.length; at += 2) if (old[at + 1] !== 0) place(old[at]!, old[at + 1]! - 1);
  };

  const add = (hash: number, bytes: Uint8Array, start: number, end: number): number => {
    const id = count++;
    if (count === starts.length) starts = widened(starts, new Int32Array(count * 2));
    const at = starts[id]!;
    const behind = at + end - start;
    if (behind > arena.length) arena = widened(arena, new Uint8Array(behind * 2));
    let bits = 0;
    for (let i = start, to = at; i < end; i++, to++) {
      arena[to] = bytes[i]!;
      bits |= bytes[i]!;
    }
    starts[id + 1] = behind;
    if (count > mask >> 1) grow();
    place(hash, id);
    if (bits >= 0x80) alias(id);
    return id;
  };

  /** Bytes that are no UTF-8 get the number of the text that they are shown as. */
  const alias = (id: number): void => {
    const text = encodeUtf8(decodeUtf8(arena, starts[id], starts[id + 1]));
    if (!equals(id, text, 0, text.length)) aliases.set(id, intern(text, 0, text.length));
  };

  const find = (bytes: Uint8Array, start: number, end: number): number => {
    const length = end - start;
    // Logs repeat, and a line may have two names: one of the last two values is the most likely one.
    if (before >= 0 && equals(before, bytes, start, length)) {
      const id = before;
      before = last;
      last = id;
      return id;
    }
    if (last >= 0 && equals(last, bytes, start, length)) return last;
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
    before = last;
    for (let slot = hash & mask; slots[2 * slot + 1] !== 0; slot = (slot + 1) & mask) {
      if (slots[2 * slot] !== hash) continue;
      const id = slots[2 * slot + 1]! - 1;
      if (equals(id, bytes, start, length)) {
        last = id;
        return id;
      }
    }
    last = add(hash, bytes, start, end);
    return last;
  };

  const intern = (bytes: Uint8Array, start: number, end: number): number => {
    const id = find(bytes, start, end);
    return aliases.size === 0 ? id : (aliases.get(id) ?? id);
  };

  return {
    intern,
    text: (id) => {
      const place = id & (DECODED - 1);
      if (decodedIds[place] !== id) {
        decoded[place] = decodeUtf8(arena, starts[id], starts[id + 1]);
        decodedIds[place] = id;
      }
      return decoded[place]!;
    },
    after: (from) => {
      const first = starts[from]!;
      const ends = starts.slice(from + 1, count + 1).map((end) => end - first);
      return { bytes: arena.slice(first, starts[count]), ends };
    },
    get size() {
      return count;
    },
  };
}

// --- internal ---

/** Texts that are kept decoded. */
const DECODED = 1024;

function widened<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
