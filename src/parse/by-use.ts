/** Slots in the order of their use, so that the least recently used one can give way. */
export interface ByUse {
  /** Marks a slot as just used, a new one too. */
  touch(slot: number): void;
  remove(slot: number): void;
  /** The least recently used slot. */
  oldest(): number;
  /** All slots, the least recently used first. */
  slots(): number[];
}

/** No slots yet, `capacity` at most. */
export function createByUse(capacity: number): ByUse {
  /** Doubly linked, `capacity` is head and tail; a slot that is not in the list leads to itself. */
  const newer = Int32Array.from({ length: capacity + 1 }, (_, slot) => slot);
  const older = newer.slice();
  const remove = (slot: number): void => {
    newer[older[slot]!] = newer[slot]!;
    older[newer[slot]!] = older[slot]!;
    newer[slot] = slot;
    older[slot] = slot;
  };
  return {
    remove,
    touch: (slot) => {
      if (older[capacity] === slot) return;
      remove(slot);
      older[slot] = older[capacity]!;
      newer[slot] = capacity;
      newer[older[capacity]!] = slot;
      older[capacity] = slot;
    },
    oldest: () => newer[capacity]!,
    slots: () => {
      const slots: number[] = [];
      for (let slot = newer[capacity]!; slot !== capacity; slot = newer[slot]!) slots.push(slot);
      return slots;
    },
  };
}
