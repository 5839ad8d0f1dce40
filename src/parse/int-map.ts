/** Numbers of 32 bits by numbers of 31 bits: open addressing in one array, several times smaller than a `Map`. */
export interface IntMap {
  /** What a key stands for, `undefined` for nothing. */
  get(key: number): number | undefined;
  set(key: number, value: number): void;
  delete(key: number): void;
}

/** An empty map. Keys are not negative. */
export function createIntMap(): IntMap {
  /** Two numbers each: a key and what it stands for. */
  let table = new Int32Array(2 * 64).fill(FREE);
  let mask = 63;
  let size = 0;

  const home = (key: number): number => (Math.imul(key, 0x9e3779b1) >>> 7) & mask;
  /** Place of a key, or of the free place where it would stand. */
  const placeOf = (key: number): number => {
    let place = home(key);
    while (table[2 * place] !== key && table[2 * place] !== FREE) place = (place + 1) & mask;
    return place;
  };
  const grow = (): void => {
    const old = table;
    table = new Int32Array(2 * old.length).fill(FREE);
    mask = 2 * mask + 1;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] === FREE) continue;
      const place = placeOf(old[at]!);
      table[2 * place] = old[at]!;
      table[2 * place + 1] = old[at + 1]!;
    }
  };

  return {
    get: (key) => {
      const at = 2 * placeOf(key);
      return table[at] === FREE ? undefined : table[at + 1];
    },
    set: (key, value) => {
      let at = 2 * placeOf(key);
      if (table[at] === FREE) {
        if (2 * ++size > mask) {
          grow();
          at = 2 * placeOf(key);
        }
        table[at] = key;
      }
      table[at + 1] = value;
    },
    delete: (key) => {
      let free = placeOf(key);
      if (table[2 * free] === FREE) return;
      size--;
      // What was put aside for the key moves up, so that no search ends too early.
      for (let place = (free + 1) & mask; table[2 * place] !== FREE; place = (place + 1) & mask) {
        const distance = (place - home(table[2 * place]!)) & mask;
        if (distance < ((place - free) & mask)) continue;
        table[2 * free] = table[2 * place]!;
        table[2 * free + 1] = table[2 * place + 1]!;
        free = place;
      }
      table[2 * free] = FREE;
    },
  };
}

// --- internal ---

const FREE = -1;
