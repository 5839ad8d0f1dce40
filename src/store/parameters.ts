/** What goes to a database in place of `?`. */
export type Parameter = null | number | string | Uint8Array;

/**
 * Values as every database takes them: a NUL, which PostgreSQL refuses and SQLite cuts
 * the text at, becomes the picture of one (U+2400); NaN and undefined become null.
 *
 * @throws TypeError for what no column holds, such as an object
 */
export function toParameters(values: readonly unknown[]): Parameter[] {
  return values.map(toParameter);
}

// --- internal ---

function toParameter(value: unknown): Parameter {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\u2400') : value;
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`a ${typeof value} is no value of a column`);
}
