import { CaracalError } from '../../errors.ts';
import type { Access } from '../database.ts';
import { toMillisecond } from '../json.ts';
import type { VerdictTarget } from '../types.ts';
import { selectVerdicts } from './verdict-row.ts';

const TABLES = { alert: 'alerts', window: 'windows' } as const;

/**
 * Sets the status of an alert or window: its latest verdict that neither was undone nor
 * has expired, `open` without one.
 *
 * @throws CaracalError E_STORE_CONFLICT where there is no such alert or window
 */
export async function settle({ read, write, now }: Access, { kind, id }: VerdictTarget): Promise<void> {
  const time = toMillisecond(now());
  const current = await selectVerdicts(read)
    .where('target_kind', '=', kind)
    .where('target', '=', id)
    .where('undone', 'is', null)
    .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>', time)]))
    .orderBy('verdicts.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { numUpdatedRows } = await write
    .updateTable(TABLES[kind])
    .set({ status: current?.verdict ?? 'open', status_until: current?.expires ?? null })
    .where('id', '=', id)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) {
    throw new CaracalError('E_STORE_CONFLICT', `There is no ${kind} ${id}. Read the list again.`, { [kind]: id });
  }
}

/** Alerts and windows whose verdict has expired, `most` at most. */
export async function nextExpired({ read, now }: Access, most: number): Promise<VerdictTarget[]> {
  const time = toMillisecond(now());
  const targets: VerdictTarget[] = [];
  for (const kind of ['alert', 'window'] as const) {
    const rows = await read
      .selectFrom(TABLES[kind])
      .select('id')
      .where('status_until', '<=', time)
      .limit(most - targets.length)
      .execute();
    targets.push(...rows.map(({ id }) => ({ kind, id })));
  }
  return targets;
}
