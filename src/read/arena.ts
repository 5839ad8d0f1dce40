/** Messages that are no part of their line's bytes, one after the other. */
export interface Arena {
  readonly used: number;
  /** Copies `bytes[start, end)` and says where it stands. */
  add(bytes: Uint8Array, start: number, end: number): number;
  /** The bytes followed by everything added, which is then forgotten; the bytes themselves where that is nothing. */
  after(bytes: Uint8Array): Uint8Array;
}

/** An empty arena, which grows to what one batch needs and keeps that. */
export function createArena(): Arena {
  let held = new Uint8Array(0);
  let used = 0;
  return {
    get used() {
      return used;
    },
    add: (bytes, start, end) => {
      const at = used;
      used += end - start;
      if (used > held.length) {
        const wider = new Uint8Array(Math.max(64 * 1024, used * 2));
        wider.set(held.subarray(0, at));
        held = wider;
      }
      held.set(bytes.subarray(start, end), at);
      return at;
    },
    after: (bytes) => {
      if (used === 0) return bytes;
      const both = new Uint8Array(bytes.length + used);
      both.set(bytes);
      both.set(held.subarray(0, used), bytes.length);
      used = 0;
      return both;
    },
  };
}
