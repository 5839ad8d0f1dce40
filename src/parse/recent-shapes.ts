/**
 * Slots of shapes met lately, as long as no cluster has changed: a look into one place, which is
 * all that most lines of a log need.
 */
export interface RecentShapes {
  /** Slot of a shape, -1 where it is not known after so many changes. */
  find(a: number, b: number, changes: number): number;
  put(a: number, b: number, changes: number, slot: number): void;
}

/** No shapes yet; of those that share a place the last one stays. */
export function createRecentShapes(): RecentShapes {
  const low = new Int32Array(PLACES);
  const high = new Int32Array(PLACES);
  const slots = new Int32Array(PLACES);
  const asOf = new Float64Array(PLACES).fill(-1);
  return {
    find: (a, b, changes) => {
      const at = b & (PLACES - 1);
      return low[at] === a && high[at] === b && asOf[at] === changes ? slots[at]! : -1;
    },
    put: (a, b, changes, slot) => {
      const at = b & (PLACES - 1);
      low[at] = a;
      high[at] = b;
      asOf[at] = changes;
      slots[at] = slot;
    },
  };
}

// --- internal ---

/** Fits the nearest cache of a processor. */
const PLACES = 1024;
