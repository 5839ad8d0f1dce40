import type { Upserted } from '../types.ts';

/** What the rows say that an upsert gave back: those that were the same are not among them. */
export function upserted(rows: readonly { readonly id: string; readonly revision: number }[]): Upserted {
  const ids = (isNew: boolean): string[] =>
    rows.filter(({ revision }) => (revision === 1) === isNew).map(({ id }) => id);
  return { added: ids(true), changed: ids(false) };
}
