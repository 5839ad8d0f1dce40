/** Rows of one statement: few enough for Kysely to compile it quickly. */
const BLOCK = 100;

/**
 * Rows in the order of their keys and in blocks: two transactions that write the same
 * rows then meet in the same order, and neither waits for the other in a circle.
 */
export function inBlocks<T>(rows: readonly T[], key: (row: T) => string): T[][] {
  const keys = new Map(rows.map((row) => [row, key(row)]));
  const order = (row: T): string => keys.get(row) ?? '';
  const sorted = [...rows].sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  const blocks: T[][] = [];
  for (let from = 0; from < sorted.length; from += BLOCK) blocks.push(sorted.slice(from, from + BLOCK));
  return blocks;
}
