/**
 * Numbers by the shape of a line (two halves of a 64-bit hash). When there are more
 * than `most` shapes, all are forgotten: a rule that is simple enough to be part of what a parser
 * promises.
 */
export interface ShapeTable {
  /** Number of a shape, -1 where none is remembered. */
  find(a: number, b: number): number;
  put(a: number, b: number, number: number): void;
  clear(): void;
}

/** An empty table for at most `most` shapes. */
export function createShapeTable(most: number): ShapeTable {
  /** Open addressing, three numbers each: the shape, and the number plus one. */
  let table = new Int32Array(3 * 1024);
  let mask = 1023;
  let size = 0;

  const placeOf = (a: number, b: number): number => {
    for (let slot = (a ^ (b >>> 9)) & mask; ; slot = (slot + 1) & mask) {
      const at = 3 * slot;
      if (table[at + 2] === 0 || (table[at] === a && table[at + 1] === b)) return at;
    }
  };
  const grow = (): void => {
    const old = table;
    table = new Int32Array(old.length * 2);
    mask = table.length / 3 - 1;
    for (let from = 0; from < old.length; from += 3) {
      if (old[from + 2] === 0) continue;
      const at = placeOf(old[from]!, old[from + 1]!);
      table[at] = old[from]!;
      table[at + 1] = old[from + 1]!;
      table[at + 2] = old[from + 2]!;
    }
  };
  const clear = (): void => {
    table.fill(0);
    size = 0;
  };

  return {
    clear,
    find: (a, b) => table[placeOf(a, b) + 2]! - 1,
    put: (a, b, number) => {
      let at = placeOf(a, b);
      if (table[at + 2] === 0) {
        if (size >= most) clear();
        else if (size * 2 > mask) grow();
        at = placeOf(a, b);
        size++;
      }
      table[at] = a;
      table[at + 1] = b;
      table[at + 2] = number + 1;
    },
  };
}
