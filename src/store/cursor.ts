import { CaracalError } from '../errors.ts';
import type { Page, PageRequest } from './types.ts';

/** Where a page ends: the values that its order goes by. */
export type Position = readonly (number | string)[];

const DEFAULT_LIMIT = 50;
const MOST = 1000;

/**
 * Items that a page may have.
 *
 * @throws CaracalError E_USAGE
 */
export function limitOf({ limit = DEFAULT_LIMIT }: PageRequest): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new CaracalError('E_USAGE', `A page of ${limit} items is not possible. Ask for 1 to ${MOST}.`);
}

/**
 * Where the page before ended, nothing for the first page.
 *
 * @param order name of the order: a cursor of another one does not fit
 * @throws CaracalError E_USAGE
 */
export function positionOf(
  order: string,
  { cursor }: PageRequest,
  types: readonly ('number' | 'string')[],
): Position | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  try {
    const [name, ...values]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const fits = values.length === types.length && values.every((value, i) => typeof value === types[i]);
    if (name === order && fits) return values as Position;
  } catch {
    // The same answer as to any other text that no page gave.
  }
  throw new CaracalError('E_USAGE', 'The cursor is none that this query gave. Ask for the first page again.');
}

/** The cursor of a position. */
export function cursorOf(order: string, position: Position): string {
  return Buffer.from(JSON.stringify([order, ...position])).toString('base64url');
}

/** A page of rows that were asked for with one more than its limit. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  order: string,
  position: (row: R) => Position,
  item: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    cursor: rows.length > limit && last !== undefined ? cursorOf(order, position(last)) : null,
  };
}
